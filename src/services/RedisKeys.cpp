// SPDX-License-Identifier: Apache-2.0
#include "services/RedisKeys.h"

#include "protocol/redis/KeysHash.h"

#include <utility>

namespace drover {

RedisKeys::RedisKeys(RoutingStore& rest, RedisClient& redis, KekIds keks) : rest_(rest), redis_(redis), keks_(std::move(keks)) {}

Task<Result<void>> RedisKeys::write(RoutingDocument next, std::optional<RoutingDocument> expected, Deadline deadline)
{
    return rest_.write(std::move(next), std::move(expected), deadline);
}

Task<Result<void>> RedisKeys::writeTokens(ClientTokens tokens, Deadline deadline)
{
    return rest_.writeTokens(std::move(tokens), deadline);
}

Task<Result<void>> RedisKeys::check(Deadline deadline)
{
    DROVER_CO_CHECK(co_await redis_.check(deadline));
    auto reading = redis_.command(redis::readKeysCommand(), deadline);
    DROVER_CO_TRY(const redis::Reply stored, co_await std::move(reading));
    DROVER_CO_CHECK(redis::rawKeysOf(stored));
    auto asking = redis_.command(redis::changeKeysCommand({}), deadline);
    DROVER_CO_TRY(const redis::Reply allowed, co_await std::move(asking));
    DROVER_CO_CHECK(redis::keysChanged(allowed));
    co_return Result<void>{};
}

Task<Result<SealedKeys>> RedisKeys::keys(Deadline deadline)
{
    auto asking = keks_(deadline);
    DROVER_CO_TRY(const std::set<std::string> keks, co_await std::move(asking));
    auto reading = redis_.command(redis::readKeysCommand(), deadline);
    DROVER_CO_TRY(const redis::Reply reply, co_await std::move(reading));
    DROVER_CO_TRY(const redis::RawKeys raw, redis::rawKeysOf(reply));
    co_return redis::keysOfWorkspace(raw, keks);
}

Task<Result<void>> RedisKeys::writeKeys(SealedKeys keys, SealedKeys expected, Deadline deadline)
{
    auto asking = keks_(deadline);
    DROVER_CO_TRY(const std::set<std::string> keks, co_await std::move(asking));
    for (;;) {
        auto reading = redis_.command(redis::readKeysCommand(), deadline);
        DROVER_CO_TRY(const redis::Reply reply, co_await std::move(reading));
        DROVER_CO_TRY(const redis::RawKeys stored, redis::rawKeysOf(reply));
        DROVER_CO_TRY(const std::vector<redis::FieldChange> changes, redis::changesOf(stored, expected, keys, keks));
        if (changes.empty())
            co_return Result<void>{};
        auto changing = redis_.command(redis::changeKeysCommand(changes), deadline);
        DROVER_CO_TRY(const redis::Reply done, co_await std::move(changing));
        DROVER_CO_TRY(const bool changed, redis::keysChanged(done));
        if (changed)
            co_return Result<void>{};
        // One of these fields was written in between: read again, which ends by itself where it is no longer as expected.
    }
}

} // namespace drover
