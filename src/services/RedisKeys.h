// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/RoutingStore.h"

#include "services/RedisClient.h"

#include <functional>
#include <set>
#include <string>

namespace drover {

// A routing store whose sealed keys are in Redis' hash holysheep:keys:encrypted; everything else is `rest`'s. What is not sealed
// with a key-encryption key of this workspace is neither read nor touched.
class RedisKeys final : public RoutingStore {
public:
    // The ids of the workspace's key-encryption keys; none before the first was made.
    using KekIds = std::function<Task<Result<std::set<std::string>>>(Deadline deadline)>;
    // Both outlive this.
    RedisKeys(RoutingStore& rest, RedisClient& redis, KekIds keks);

    // Is Redis there, are the credentials good, and may they read and write the hash? Nothing is changed. The error's text says
    // what to do next.
    Task<Result<void>> check(Deadline deadline);

    Task<Result<std::optional<RoutingDocument>>> read(Deadline deadline) override { return rest_.read(deadline); }
    Task<Result<void>> write(RoutingDocument next, std::optional<RoutingDocument> expected, Deadline deadline) override;
    Task<Result<std::vector<GatewayAck>>> acks(Deadline deadline) override { return rest_.acks(deadline); }
    // Errors of both: those of RedisClient and of `keks`; refused (writeKeys), where a key's field is not this workspace's.
    Task<Result<SealedKeys>> keys(Deadline deadline) override;
    Task<Result<void>> writeKeys(SealedKeys keys, SealedKeys expected, Deadline deadline) override;
    Task<Result<ClientTokens>> tokens(Deadline deadline) override { return rest_.tokens(deadline); }
    Task<Result<void>> writeTokens(ClientTokens tokens, Deadline deadline) override;

private:
    RoutingStore& rest_;
    RedisClient& redis_;
    KekIds keks_;
};

} // namespace drover
