// SPDX-License-Identifier: Apache-2.0
#include "app/KeyEnding.h"

#include "app/KeyPublishing.h"
#include "app/Retry.h"
#include "ports/Timer.h"
#include "protocol/openai/Errors.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration issuerTime = 10s;
constexpr Duration entryTime = 10s;

Deadline soonIn(const Ports& ports, Duration time)
{
    return Deadline::in(ports.clock, time);
}

// Whether the answer says that this provider, or this credential, ends no keys.
bool leavesItToAPerson(Errc code)
{
    return code == Errc::unavailable || code == Errc::unauthorized || code == Errc::forbidden || code == Errc::notFound ||
           code == Errc::invalidInput;
}

struct Asked {
    std::unique_ptr<KeyIssuer> issuing; // nothing where there is no credential
    bool hasApi = true; // to end keys
    Result<void> done;
};

Error nobodyCanSee(const std::string& id, const std::string& unasked)
{
    return Error{Errc::refused,
                 "the store has no copy of the key, so nobody can see whether the provider still accepts it" +
                     (unasked.empty() ? std::string{} : " (" + unasked + ")") + "; end it on the provider's dashboard",
                 id};
}

// Whether the list knows the id: then it is the provider's. One that cannot be read tells nothing.
Task<bool> isListed(KeyIssuer& issuing, std::string id, Deadline deadline)
{
    if (!issuing.canList())
        co_return false;
    const auto listed = co_await issuing.list(deadline);
    co_return listed.has_value() && std::ranges::find(*listed, id, &IssuedKey::id) != listed->end();
}

Task<Result<std::optional<Secret>>> copyOf(Ports& ports, EndingKey& key)
{
    auto stored = co_await ports.secrets.read(key.id, soonIn(ports, entryTime));
    if (stored.has_value())
        co_return std::optional{std::move(stored->value)};
    if (stored.error().code != Errc::notFound)
        co_return stored.error();
    co_return std::exchange(key.inHand, std::nullopt);
}

Task<Asked> askProvider(Ports& ports, EndingKey& key, bool hasCopy)
{
    Asked asked;
    Result<Secret> credential = co_await issuingCredential(ports, key.target, key.credential);
    if (credential.has_error()) {
        asked.done = credential.error();
        co_return asked;
    }
    asked.issuing = ports.issuer(ports.config.targets.at(key.target), std::move(*credential));
    if (!hasCopy && !key.idIsProviders)
        key.idIsProviders = co_await isListed(*asked.issuing, key.id, soonIn(ports, issuerTime));
    asked.done = co_await asked.issuing->revoke(key.id, soonIn(ports, issuerTime));
    asked.hasApi = asked.done.has_value() || asked.issuing->canRevoke();
    co_return asked;
}

// A provider that does not know the id says the same as one that ended the key (404): only the key itself can tell. A key made on a
// dashboard and pasted has an id of ours, and lives on.
Task<Result<void>> provenByKey(Ports& ports, const EndingKey& key, const Secret& copy, std::string unasked)
{
    const WallTime until = ports.clock.now() + key.propagation;
    const std::string url = ports.config.targets.at(key.target).openai;
    for (int attempt = 0;; ++attempt) {
        const auto answer = co_await ports.provider.models(url, copy, soonIn(ports, issuerTime));
        if (answer.has_value() && refusesKey(answer->status, answer->body))
            co_return Result<void>{};
        if (ports.clock.now() >= until && !answer.has_value())
            co_return answer.error();
        if (ports.clock.now() >= until) {
            const std::string said = "answered " + std::to_string(answer->status);
            const bool accepts = answer->status == 200;
            co_return Error{Errc::refused,
                            (accepts ? "the provider still accepts the key (" + said + "): " + (unasked.empty() ? "it knows no key by this id" : unasked)
                                     : "nobody can tell whether the key has ended: the provider " + said + ", which is no word on the key" +
                                           (unasked.empty() ? "" : " (" + unasked + ")")) +
                                "; end it on the provider's dashboard",
                            key.id};
        }
        co_await delay(backoff(attempt));
    }
}

Task<Result<void>> provenByList(Ports& ports, const EndingKey& key, KeyIssuer& issuing)
{
    const WallTime until = ports.clock.now() + key.propagation;
    for (int attempt = 0;; ++attempt) {
        DROVER_CO_TRY(const bool ended, co_await hasEndedByList(issuing, key.id, key.idIsProviders, soonIn(ports, issuerTime)));
        if (ended)
            co_return Result<void>{};
        if (ports.clock.now() >= until)
            co_return Error{Errc::refused, "the provider lists the key as active still; end it on its dashboard", key.id};
        co_await delay(backoff(attempt));
    }
}

} // namespace

Task<Result<bool>> hasEndedByList(KeyIssuer& issuing, std::string id, bool idIsProviders, Deadline deadline)
{
    if (issuing.canList()) {
        const auto listed = co_await issuing.list(deadline);
        if (listed.has_error() && issuing.canList()) // else the answer was the first to say that there is none
            co_return listed.error();
        if (listed.has_value()) {
            const auto found = std::ranges::find(*listed, id, &IssuedKey::id);
            if (found != listed->end())
                co_return !found->active;
            if (!idIsProviders)
                co_return nobodyCanSee(id, "its list has no such id");
        }
    }
    if (!idIsProviders)
        co_return nobodyCanSee(id, {});
    co_return true;
}

Task<Result<bool>> endAtProvider(Ports& ports, RoutingDesk& desk, EndingKey key)
{
    DROVER_CO_CHECK(co_await desk.publishKeys());
    DROVER_CO_TRY(const std::optional<Secret> copy, co_await copyOf(ports, key));
    const Asked asked = co_await askProvider(ports, key, copy.has_value());
    if (!asked.hasApi && !key.endedByHand)
        co_return false;
    std::string unasked;
    if (asked.done.has_error()) {
        if (!key.endedByHand || (asked.hasApi && !leavesItToAPerson(asked.done.error().code)))
            co_return asked.done.error();
        unasked = "it was not ended there: " + describe(asked.done.error());
    }
    if (copy) {
        DROVER_CO_CHECK(co_await provenByKey(ports, key, *copy, unasked));
    } else if (key.endedByHand || !asked.issuing) {
        co_return nobodyCanSee(key.id, unasked);
    } else {
        DROVER_CO_CHECK(co_await provenByList(ports, key, *asked.issuing));
    }
    co_return true;
}

Task<Result<void>> forgetSecret(Ports& ports, std::string id)
{
    const Result<void> removed = co_await ports.secrets.remove(id, soonIn(ports, entryTime));
    if (removed.has_error() && removed.error().code != Errc::notFound)
        co_return removed.error();
    co_return Result<void>{};
}

} // namespace drover::app
