// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "domain/keys/ClientToken.h"
#include "domain/keys/SealedKey.h"
#include "domain/migration/Routing.h"
#include "ports/Subscription.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace drover {

// Where gateways read what to do: files in the workspace, or Redis.
class RoutingStore {
public:
    virtual ~RoutingStore() = default;

    // Nothing where there is no document. Errors: invalidInput with place (a broken routing.json), io, network.
    virtual Task<Result<std::optional<RoutingDocument>>> read(Deadline deadline) = 0;
    // Compare-and-set on (generation, renewal): writes `next` only if the stored document still has those of
    // `expected` (nothing: only if there is none). Errors: conflict; refused where the stored document is final for
    // the same migration or a ROLLBACK marker stands.
    virtual Task<Result<void>> write(RoutingDocument next, std::optional<RoutingDocument> expected, Deadline deadline) = 0;
    // The acknowledgements of every gateway that wrote one, live or not (`at` tells).
    virtual Task<Result<std::vector<GatewayAck>>> acks(Deadline deadline) = 0;
    virtual Task<Result<SealedKeys>> keys(Deadline deadline) = 0;
    // Compare-and-set on each key that differs from `expected`, which keys() gave; what else is stored stays. Errors: conflict.
    virtual Task<Result<void>> writeKeys(SealedKeys keys, SealedKeys expected, Deadline deadline) = 0;
    virtual Task<Result<ClientTokens>> tokens(Deadline deadline) = 0;
    virtual Task<Result<void>> writeTokens(ClientTokens tokens, Deadline deadline) = 0;
};

} // namespace drover
