// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "domain/gates/ErrorClass.h"
#include "domain/traffic/Limiter.h"
#include "gateway/Serving.h"
#include "protocol/openai/RateLimit.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover::gateway {

// What may go to a provider in a minute with each key, for each model: the rules of [targets.NAME.limits], and what the
// provider says of its own limits where there is a rule. Used on the loop's thread.
class Limits {
public:
    // So many models of one key have a limit of their own; names beyond them share one.
    static constexpr std::size_t mostModels = 200;

    explicit Limits(const Clock& clock) : clock_(clock) {}

    // One call, and where it went in its limiter: settled or withdrawn once.
    class Place {
    public:
        Place() = default;
        // What it cost in all tokens. Never called: it cost what was expected.
        void settle(double tokens);
        // It never went out.
        void withdraw();

    private:
        friend class Limits;
        std::shared_ptr<Limiter> limiter_;
        Limiter::Pass pass_;
    };
    struct Turn {
        Duration wait{}; // 0: go
        Place place;     // empty where nothing is limited
    };
    // See Limiter::take(). `model`: as the target knows it.
    Turn take(const Chosen& who, std::string_view model, std::uint64_t caller, double tokens);
    // How long it would have to wait; no place is kept.
    Duration wait(const Target& target, const OpenKey& key, std::string_view model, double tokens) const;

    // What an answer says: the provider's limits, and for how long it wants to be left alone.
    void learn(const Chosen& who, std::string_view model, const RateLimits& told, Duration leaveAlone);

    // Forgets the keys that are not there any more.
    void keep(const Keyring& keys);

    struct Line {
        std::string target, key, model; // the key as logs may show it
        RateRule rule;
        double requestsUsed = 0, tokensUsed = 0; // of the last 60 s
    };
    std::vector<Line> lines() const;

private:
    struct Entry {
        std::string target, shown;
        std::shared_ptr<Limiter> limiter;
    };
    using Models = std::map<std::string, Entry, std::less<>>;
    const Entry* find(const OpenKey& key, std::string_view model) const;
    Entry& at(const Chosen& who, std::string_view model, const RateRule& rule);

    const Clock& clock_;
    std::map<std::string, Models, std::less<>> keys_; // by id
};

} // namespace drover::gateway
