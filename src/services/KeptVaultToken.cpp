// SPDX-License-Identifier: Apache-2.0
#include "services/KeptVaultToken.h"

#include <utility>

namespace drover {
namespace {

constexpr const char* tokenEntry = "vault-token";
constexpr const char* placeNote = "for";
constexpr const char* endNote = "expires_at"; // "": never
constexpr const char* lifeNote = "life";
constexpr const char* renewableNote = "renewable";

std::string noteOf(const StoredSecret& entry, const char* name)
{
    const auto found = entry.notes.find(name);
    return found == entry.notes.end() ? std::string() : found->second;
}

} // namespace

Task<Result<void>> KeptVaultToken::check(Deadline deadline)
{
    if (keep_ == nullptr)
        co_return Error{Errc::unavailable, "nothing keeps a login here", "keychain"};
    auto checking = keep_->check(deadline);
    co_return co_await std::move(checking);
}

Task<Result<std::optional<StoredSecret>>> KeptVaultToken::entry(Deadline deadline)
{
    if (keep_ == nullptr)
        co_return std::optional<StoredSecret>{};
    auto reading = keep_->read(tokenEntry, deadline);
    auto stored = co_await std::move(reading);
    if (stored.has_value())
        co_return std::optional{*std::move(stored)};
    if (stored.error().code == Errc::notFound)
        co_return std::optional<StoredSecret>{};
    co_return std::move(stored).error();
}

Task<Result<std::optional<KeptVaultToken::Kept>>> KeptVaultToken::read(Deadline deadline)
{
    auto asking = entry(deadline);
    DROVER_CO_TRY(auto stored, co_await std::move(asking));
    if (!stored.has_value() || noteOf(*stored, placeNote) != place_)
        co_return std::optional<Kept>{};
    Kept kept;
    if (const auto end = noteOf(*stored, endNote); !end.empty()) {
        const auto at = parseTime(end);
        if (!at.has_value() || *at <= clock_.now())
            co_return std::optional<Kept>{};
        kept.endsAt = *at;
    }
    if (const auto life = parseDuration(noteOf(*stored, lifeNote)); life.has_value())
        kept.granted.life = *life;
    kept.granted.renewable = noteOf(*stored, renewableNote) == "true";
    kept.granted.token = std::move(stored->value);
    co_return std::optional{std::move(kept)};
}

Task<Result<void>> KeptVaultToken::put(Kept kept, std::uint64_t version, Deadline deadline)
{
    StoredSecret made;
    made.value = std::move(kept.granted.token);
    made.notes = {{placeNote, place_},
                  {endNote, kept.endsAt ? formatTimeExact(*kept.endsAt) : std::string()},
                  {lifeNote, formatDuration(kept.granted.life)},
                  {renewableNote, kept.granted.renewable ? "true" : "false"}};
    auto writing = keep_->write(tokenEntry, std::move(made), version, deadline);
    DROVER_CO_CHECK(co_await std::move(writing));
    co_return Result<void>{};
}

Task<Result<void>> KeptVaultToken::write(Kept kept, Deadline deadline)
{
    auto checking = check(deadline);
    DROVER_CO_CHECK(co_await std::move(checking));
    auto asking = entry(deadline);
    DROVER_CO_TRY(const auto before, co_await std::move(asking));
    auto putting = put(std::move(kept), before ? before->version : 0, deadline);
    co_return co_await std::move(putting);
}

Task<Result<void>> KeptVaultToken::note(Kept renewed, Deadline deadline)
{
    auto asking = entry(deadline);
    DROVER_CO_TRY(const auto before, co_await std::move(asking));
    if (!before.has_value() || !before->value.equals(renewed.granted.token))
        co_return Result<void>{};
    auto putting = put(std::move(renewed), before->version, deadline);
    co_return co_await std::move(putting);
}

Task<Result<void>> KeptVaultToken::forget(Secret refused, Deadline deadline)
{
    auto asking = entry(deadline);
    DROVER_CO_TRY(const auto before, co_await std::move(asking));
    if (!before.has_value() || !before->value.equals(refused))
        co_return Result<void>{};
    auto removing = keep_->remove(tokenEntry, deadline);
    co_return co_await std::move(removing);
}

} // namespace drover
