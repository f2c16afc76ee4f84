// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Log.h"
#include "domain/gates/ErrorClass.h"
#include "domain/traffic/Breaker.h"
#include "domain/traffic/RetryBudget.h"
#include "gateway/Serving.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover::gateway {

// How the providers and their keys fare: a breaker for each host of a target and for each key, and what may be tried
// again at a host. A provider fails by overload, upstream, network, cut and stream_error, a key by auth, billing and
// rate; what the caller did wrong counts for neither. Used on the loop's thread.
class ProviderHealth {
    struct Provider;
    struct Key;

public:
    ProviderHealth(const Clock& clock, Log& log, BreakerRule rule = {});
    ~ProviderHealth();

    // One call's part in both breakers. Ends unsaid where the call was withdrawn or the client left.
    class Leave {
    public:
        Leave() = default;
        Leave(Leave&& other) noexcept { *this = std::move(other); }
        Leave& operator=(Leave&& other) noexcept;
        ~Leave() { release(); }

        // The first byte of a good answer is there: a probe has succeeded, however long its answer is.
        void began();
        // The call is over. `atLeast`: the wait the provider asked for, 0 where it named none.
        void ended(ErrorClass errorClass, Duration atLeast = {});

    private:
        friend class ProviderHealth;
        void release();

        ProviderHealth* health_ = nullptr;
        std::shared_ptr<Provider> provider_;
        std::shared_ptr<Key> key_;
        Breaker::Ticket providerTicket_, keyTicket_;
        bool told_ = false; // began() has said that all is well
    };

    // Whether they may be asked now; without a record they may.
    bool ready(const Target& target, bool anthropic) const;
    bool ready(const OpenKey& key) const;
    // Goes out, ready or not: who asks what is not ready has nobody better to ask.
    Leave begin(const Chosen& who, bool anthropic);
    // What failed last at the provider, or at the key: the class of what is not even asked.
    ErrorClass lastFailure(const Target& target, bool anthropic) const;
    ErrorClass lastFailure(const OpenKey& key) const;
    // Whether a call of this host may be tried again.
    bool mayRetry(const Target& target, bool anthropic) const;

    // Forgets the keys that are not there any more.
    void keep(const Keyring& keys);

    struct Line {
        std::string target;
        std::string host;
        std::string key; // as logs may show it; "" for the host's own breaker
        Breaker::State state = Breaker::State::closed;
        ErrorClass last = ErrorClass::ok;
        std::size_t failures = 0, outcomes = 0;
        Duration wait{};
    };
    // Of every host and key that has been asked.
    std::vector<Line> lines() const;

private:
    struct Provider {
        std::string target, host;
        Breaker breaker;
        RetryBudget budget;
        ErrorClass last = ErrorClass::network;
    };
    struct Key {
        std::string target, shown;
        Breaker breaker;
        ErrorClass last = ErrorClass::auth;
    };
    // Target and host, looked up without a copy of them.
    struct Before {
        using is_transparent = void;
        using Names = std::pair<std::string_view, std::string_view>;
        bool operator()(const Names& a, const Names& b) const { return a < b; }
    };
    const Provider* find(const Target& target, bool anthropic) const;
    void settle(Leave& leave, ErrorClass errorClass, Duration atLeast);
    void tell(Breaker::State before, const Breaker& breaker, const std::string& target, const std::string& what, ErrorClass last);

    const Clock& clock_;
    Log& log_;
    BreakerRule rule_;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<Provider>, Before> providers_;
    std::map<std::string, std::shared_ptr<Key>, std::less<>> keys_;                      // by id
};

} // namespace drover::gateway
