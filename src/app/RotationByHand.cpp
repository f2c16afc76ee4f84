// SPDX-License-Identifier: Apache-2.0
// What a rotation does where the provider has no API to make keys, with the checks of what a person brings.
#include "app/ByHand.h"

#include "app/KeyService.h"
#include "app/Retry.h"
#include "app/RotationRunner.h"
#include "ports/Timer.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration askTime = 10s;
constexpr int pasteTries = 4;      // a key made a moment ago may not be known everywhere yet

struct KnownDashboard {
    std::string_view host, address;
};
constexpr std::array<KnownDashboard, 2> knownDashboards{{{"api.openai.com", "https://platform.openai.com/api-keys"},
                                                         {"api.anthropic.com", "https://console.anthropic.com/settings/keys"}}};

} // namespace

std::string dashboardOf(const TargetConfig& target)
{
    const auto host = hostOfUrl(target.openai.empty() ? target.anthropic : target.openai);
    if (!host.has_value())
        return "the provider's dashboard";
    const auto known = std::ranges::find(knownDashboards, *host, &KnownDashboard::host);
    return known != knownDashboards.end() ? std::string(known->address) : "the dashboard of " + *host;
}

std::string waitsFor(const RotationPlan& plan)
{
    const std::string where = "on the dashboard of target " + plan.start().target;
    if (const auto* key = std::get_if<AwaitKey>(&plan.pending()))
        return "a key named " + key->name + ", made " + where + ": `droverctl rotation resume` asks for it";
    if (const auto* end = std::get_if<AwaitEnd>(&plan.pending()))
        return "the end of key " + end->keyId + " " + where + ": end it there, then `droverctl rotation resume`";
    return {};
}

// Without the list the pasted key gets an id of ours, and the provider's API can never end it: that is said.
Task<std::vector<IssuedKey>> RotationRunner::listedForPaste()
{
    auto issuing = co_await issuer();
    if (issuing.has_value() && !(*issuing)->canList())
        co_return std::vector<IssuedKey>{};
    Result<std::vector<IssuedKey>> listed = Error{};
    for (int attempt = 0;; ++attempt) {
        if (issuing.has_value())
            listed = co_await (*issuing)->list(soon(askTime));
        else
            listed = issuing.error();
        if (listed.has_value())
            co_return std::move(*listed);
        if (issuing.has_value() && !(*issuing)->canList()) // the answer was the first to say so
            co_return std::vector<IssuedKey>{};
        if (!mayPass(listed.error().code) || attempt == pasteTries)
            break;
        co_await delay(backoff(attempt));
        issuing = co_await issuer();
    }
    const std::string why = describe(listed.error());
    ports_.log.warn("the provider's list could not be read, so the pasted key gets an id of ours, and its end is left to a person",
                    {{"error", std::string_view{why}}});
    co_return std::vector<IssuedKey>{};
}

// An id by which the key can be ended later: the provider's, where its list shows the name; else one of ours.
Task<Result<MintedKey>> RotationRunner::pasted(Secret key, std::string name)
{
    const std::string why = key.reveal([&](std::string_view text) { return whyNoKey(text, name); });
    if (!why.empty())
        co_return Error{Errc::invalidInput, why, {}};
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    const std::string fingerprint = fingerprintOf(key);
    for (const KeyRecord& record : records) {
        if (record.fingerprint == fingerprint)
            co_return Error{Errc::conflict, "this is the key " + record.id + ", which is held already: make a new one", {}};
        if (key.reveal([&](std::string_view text) { return text == record.id; }))
            co_return Error{Errc::invalidInput, "this is the id of key " + record.id + ", not a key", {}};
    }
    MintedKey made;
    made.name = name;
    made.createdAt = now();
    const std::vector<IssuedKey> listed = co_await listedForPaste();
    for (const IssuedKey& issued : listed) {
        if (key.reveal([&](std::string_view text) { return text == issued.id; }))
            co_return Error{Errc::invalidInput, "this is the id of the key " + issued.name + ", not the key itself", {}};
        const bool held = std::ranges::find(records, issued.id, &KeyRecord::id) != records.end();
        if (issued.active && issued.name == name && !held)
            made.id = issued.id;
    }
    if (made.id.empty())
        made.id = shortId("k_", ports_.random);
    DROVER_CO_CHECK(co_await acceptedByProvider(key));
    const std::string warning = key.reveal([&](std::string_view text) { return prefixWarning(text, targetName()); });
    if (!warning.empty())
        ports_.log.warn(warning);
    made.key = std::move(key);
    co_return made;
}

Task<Result<void>> RotationRunner::acceptedByProvider(const Secret& key)
{
    for (int attempt = 0;; ++attempt) {
        const auto answer = co_await ports_.provider.models(target().openai, key, soon(askTime));
        if (answer.has_value() && answer->status == 200)
            co_return Result<void>{};
        if (attempt < pasteTries) {
            co_await delay(backoff(attempt));
            continue;
        }
        if (!answer.has_value())
            co_return answer.error();
        co_return Error{answer->status == 401 || answer->status == 403 ? Errc::unauthorized : Errc::unavailable,
                        "the provider does not take this key: it answered " + std::to_string(answer->status), answer->host};
    }
}

Task<std::optional<RotationEvent>> RotationRunner::awaitKey(std::string name)
{
    if (where_.byHand != ByHand::ask)
        co_return std::nullopt;
    KeyWanted wanted{targetName(), name, dashboardOf(target()), {}};
    for (;;) {
        Result<Secret> key = where_.person.key(wanted);
        if (key.has_error() && key.error().code == Errc::refused)
            co_return failed(key.error());
        if (key.has_error())
            co_return std::nullopt;
        auto made = co_await pasted(std::move(*key), name);
        if (made.has_value()) {
            minted_.emplace(std::move(*made));
            co_await recordDeed("key.paste", minted_->id);
            co_return KeyMinted{minted_->id, name, now()};
        }
        wanted.refusal = describe(made.error());
    }
}

} // namespace drover::app
