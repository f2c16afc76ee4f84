// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gateway/Call.h"
#include "gateway/Dialect.h"
#include "gateway/RelayParts.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

namespace drover::gateway {

// One attempt at a provider, by the generation that was served when it began.
struct Attempt {
    Attempt(std::shared_ptr<const Serving> by, http::Client& client, const Clock& clock, Chosen who)
        : serving(std::move(by)), call(client, clock, std::move(who))
    {
    }

    std::shared_ptr<const Serving> serving;
    Call call;
    ProviderHealth::Leave leave;
    Limits::Place place;
};

// What decides whom a request is for.
struct Subject {
    std::string_view path;
    std::string_view requestId;
    Route route = Route::other;
    std::uint64_t sticky = 0;
    std::uint64_t token = 0; // hash of the client's
};

// Whom one client's request is asked of, in turn, until somebody answers: the target and key that the routing names,
// unless their breakers are open; then legacy, where it may help; where it may not, another key of the same target, or
// the same again after a wait. All of it before the first byte goes to the client.
class Asking {
public:
    // `question` and `cancel` outlive this.
    Asking(RelayParts& parts, Question& question, Subject subject, http::Cancel& cancel);

    // The call whose answer the client gets; null where nobody answered, or the client left.
    http::Async<Call*> run();
    // After the answer was passed on: how its call went in the end.
    void settle(const Call& answer);

    const std::deque<Attempt>& attempts() const { return attempts_; }
    // Where nobody was asked for a limit, and the client is to come back: after how long.
    std::optional<Duration> refusedFor() const { return refusedFor_; }
    // The generation of the first choice, and what it was; no target where nobody is set up.
    const std::shared_ptr<const Serving>& serving() const { return serving_; }
    const Chosen& first() const { return who_; }
    // Whether the request refers to state that one provider keeps.
    bool bound() const { return bound_; }
    // To whom the request is mirrored, and whom it is asked of again beside that; empty where not.
    const Chosen& mirrorTo() const { return mirrorTo_; }
    const Chosen& mirrorAgain() const { return mirrorAgain_; }

private:
    struct Step {
        std::shared_ptr<const Serving> serving;
        Chosen who;
        Duration wait{};
    };

    void decide();
    void decideMirror();
    bool decisionHolds() const;
    // Takes note of what is not even asked; true where that is the whole target.
    bool detour();
    void skip(const Chosen& who, ErrorClass errorClass);
    std::string_view modelOf(const Target& target) const;
    double expectedTokens() const;
    // How long a call of this key would have to wait for its turn.
    Duration waitFor(const Target& target, const OpenKey& key) const;
    bool isFree(const Target& target, const OpenKey& key) const;
    // Takes its turn, waiting for it where the settings allow that; false where it is refused.
    http::Async<bool> takeTurn(const Chosen& who, Limits::Place& place);
    // What the answer's head says of the provider's limits.
    void learn(const Call& call, Duration leaveAlone);
    // False where the routing changed before anything was sent: then it is as if it had not been tried.
    http::Async<bool> ask(std::shared_ptr<const Serving> serving, Chosen who);
    std::optional<Step> nextStep();
    std::optional<Step> toLegacy(const std::shared_ptr<const Serving>& now, const Attempt& last) const;
    std::optional<Step> toAnotherKey(const std::shared_ptr<const Serving>& now, const Attempt& last) const;
    std::optional<Step> sameAgain(const std::shared_ptr<const Serving>& now, Attempt& last);
    http::Async<void> pause(Duration wait);
    Call* best();
    bool tried(const OpenKey& key) const;

    RelayParts& parts_;
    Question& question_;
    Subject subject_;
    http::Cancel& cancel_;
    Deadline deadline_;
    Duration firstByteTime_;
    std::deque<Attempt> attempts_;            // never moved: calls hold views of their own
    std::shared_ptr<const Serving> serving_;  // of the first choice
    bool leaseOut_ = false;                   // had the lease run out at the first choice
    bool bound_ = false;
    Chosen who_, mirrorTo_, mirrorAgain_;
    std::size_t retries_ = 0;
    Duration waited_{};
    std::optional<Duration> refusedFor_;
};

} // namespace drover::gateway
