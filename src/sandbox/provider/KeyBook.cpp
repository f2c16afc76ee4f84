// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/KeyBook.h"

#include <algorithm>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::size_t keyCharacters = 40;
constexpr std::string_view keyAlphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::int64_t daysByDefault = 365;

} // namespace

KeyBook::KeyBook(Side side, std::uint64_t seed, const Clock& clock)
    : side_(side), clock_(clock), ids_(Random::fromSystem()), delays_(Random{seed}.fork("propagation")), salt_(ids_())
{}

KeyBook::Digest KeyBook::digestOf(std::string_view key) const
{
    return {stableHash(key, salt_), stableHash(key, ~salt_)};
}

Secret KeyBook::makeKey()
{
    // The vendor's own CLI takes only keys that begin with cr_ (D43).
    std::string text = side_ == Side::holysheep ? "cr_" : "sk-proj-";
    for (std::size_t i = 0; i < keyCharacters; ++i)
        text += keyAlphabet[ids_.below(keyAlphabet.size())];
    return Secret::taking(text);
}

KeyBook::Minted KeyBook::add(IssuedKeyState state, Secret key, const std::array<Duration, regionCount>& delays)
{
    state.id = shortId("key_", ids_);
    state.createdAt = clock_.now();
    Entry entry{state, {}};
    for (std::size_t i = 0; i < regionCount; ++i)
        entry.knownFrom[i] = clock_.steady() + delays[i];
    const auto digest = key.reveal([&](std::string_view plain) { return digestOf(plain); });
    if (entries_.insert_or_assign(digest, entry).second)
        order_.push_back(digest);
    return {entry.state, std::move(key)};
}

KeyBook::Minted KeyBook::mintAtDashboard(std::string name, std::optional<Secret> given)
{
    IssuedKeyState state;
    state.name = std::move(name);
    state.expiresAt = clock_.now() + std::chrono::days{daysByDefault};
    return add(std::move(state), given ? *std::move(given) : makeKey(), {});
}

KeyBook::Minted KeyBook::mintByApi(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit, bool dead)
{
    IssuedKeyState state;
    state.name = std::move(name);
    state.expiresAt = clock_.now() + std::chrono::days{expiresInDays};
    state.rateLimit = rateLimit;
    state.dead = dead;
    std::array<Duration, regionCount> delays{};
    for (auto& delay : delays)
        delay = std::chrono::milliseconds{delays_.below(60)};
    delays[std::size_t(Region::main)] = {};
    // One of the four regions is late: the cause b of the playbook's Error 1 (A179).
    delays[1 + delays_.below(regionCount - 1)] = std::chrono::milliseconds{250 + delays_.below(350)};
    return add(std::move(state), makeKey(), delays);
}

IssuedKeyState* KeyBook::accept(std::string_view presented, Region region)
{
    const auto found = entries_.find(digestOf(presented));
    if (found == entries_.end())
        return nullptr;
    auto& entry = found->second;
    const auto now = clock_.now();
    if (!entry.state.active(now) || entry.state.dead || clock_.steady() < entry.knownFrom[std::size_t(region)])
        return nullptr;
    entry.state.lastUsedAt = now;
    return &entry.state;
}

bool KeyBook::setRevoked(std::string_view id, bool revoked)
{
    for (auto& [digest, entry] : entries_) {
        if (entry.state.id != id)
            continue;
        entry.state.revoked = revoked;
        return true;
    }
    return false;
}

std::vector<IssuedKeyState> KeyBook::list() const
{
    std::vector<IssuedKeyState> all;
    for (const auto& digest : order_)
        all.push_back(entries_.at(digest).state);
    return all;
}

const IssuedKeyState* KeyBook::find(std::string_view id) const
{
    const auto found = std::ranges::find_if(entries_, [&](const auto& each) { return each.second.state.id == id; });
    return found == entries_.end() ? nullptr : &found->second.state;
}

} // namespace drover::sandbox
