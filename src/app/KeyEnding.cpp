// SPDX-License-Identifier: Apache-2.0
#include "app/KeyEnding.h"

#include "app/KeyPublishing.h"
#include "app/Retry.h"
#include "ports/Timer.h"

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
    bool hasApi = true; // to end keys
    Result<void> done;
};

Task<Asked> askProvider(Ports& ports, EndingKey key)
{
    Asked asked;
    Result<Secret> credential = co_await issuingCredential(ports, key.target, key.credential);
    if (credential.has_error()) {
        asked.done = credential.error();
        co_return asked;
    }
    const std::unique_ptr<KeyIssuer> issuing = ports.issuer(ports.config.targets.at(key.target), std::move(*credential));
    asked.done = co_await issuing->revoke(key.id, soonIn(ports, issuerTime));
    asked.hasApi = asked.done.has_value() || issuing->canRevoke();
    co_return asked;
}

// A provider that does not know the id says the same as one that ended the key (404): only the key itself can tell. A key made on a
// dashboard and pasted has an id of ours, and lives on.
Task<Result<void>> proveEnded(Ports& ports, EndingKey key, std::string unasked)
{
    const auto stored = co_await ports.secrets.read(key.id, soonIn(ports, entryTime));
    if (!stored.has_value() && stored.error().code == Errc::notFound && key.endedByHand)
        co_return Error{Errc::refused,
                        "the store has no copy of the key, so nobody can see whether the provider still accepts it" +
                            (unasked.empty() ? std::string{} : " (" + unasked + ")") + "; end it on the provider's dashboard",
                        key.id};
    if (!stored.has_value()) // gone: an earlier life saw it refused, and removed it
        co_return stored.error().code == Errc::notFound ? Result<void>{} : Result<void>{stored.error()};
    const WallTime until = ports.clock.now() + key.propagation;
    const std::string url = ports.config.targets.at(key.target).openai;
    for (int attempt = 0;; ++attempt) {
        const auto answer = co_await ports.provider.models(url, stored->value, soonIn(ports, issuerTime));
        if (answer.has_value() && (answer->status == 401 || answer->status == 403))
            co_return Result<void>{};
        if (ports.clock.now() >= until && !answer.has_value())
            co_return answer.error();
        if (ports.clock.now() >= until)
            co_return Error{Errc::refused,
                            "the provider still accepts the key (answered " + std::to_string(answer->status) + "): " +
                                (unasked.empty() ? "it knows no key by this id" : unasked) + "; end it on the provider's dashboard",
                            key.id};
        co_await delay(backoff(attempt));
    }
}

} // namespace

Task<Result<bool>> endAtProvider(Ports& ports, EndingKey key)
{
    DROVER_CO_CHECK(co_await publishKeys(ports));
    const Asked asked = co_await askProvider(ports, key);
    if (!asked.hasApi && !key.endedByHand)
        co_return false;
    std::string unasked;
    if (asked.done.has_error()) {
        if (!key.endedByHand || (asked.hasApi && !leavesItToAPerson(asked.done.error().code)))
            co_return asked.done.error();
        unasked = "it was not ended there: " + describe(asked.done.error());
    }
    DROVER_CO_CHECK(co_await proveEnded(ports, std::move(key), unasked));
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
