// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/RoutingStore.h"

#include "services/Worker.h"

#include <filesystem>
#include <memory>

namespace drover {

// The routing store of one machine: files of the workspace's gateway/ folder, which gateways watch. Each file
// is replaced at once; two writers are ordered by routing.json.lock. Every call reads or writes in a thread
// of its own.
class FileRoutingStore final : public RoutingStore {
public:
    // `folder` is the workspace's gateway/ folder; it is made with its first file.
    explicit FileRoutingStore(std::filesystem::path folder);

    Task<Result<std::optional<RoutingDocument>>> read(Deadline deadline) override;
    Task<Result<void>> write(RoutingDocument next, std::optional<RoutingDocument> expected,
                             Deadline deadline) override;
    Task<Result<std::vector<GatewayAck>>> acks(Deadline deadline) override;
    Task<Result<SealedKeys>> keys(Deadline deadline) override;
    Task<Result<void>> writeKeys(SealedKeys keys, SealedKeys expected, Deadline deadline) override;
    Task<Result<ClientTokens>> tokens(Deadline deadline) override;
    Task<Result<void>> writeTokens(ClientTokens tokens, Deadline deadline) override;

private:
    std::filesystem::path folder_;
    Worker worker_{"drover-routing"};
};

} // namespace drover
