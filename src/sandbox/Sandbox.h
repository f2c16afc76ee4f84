// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Loop.h"

#include "base/Result.h"
#include "sandbox/provider/Scenario.h"
#include "sandbox/vault/VaultVersion.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drover::http {
class TlsContext;
}

namespace drover::sandbox {

struct World;

// The simulated providers and services on loopback ports, each with its own.
class Sandbox {
public:
    // With `cloudTls` the stand-ins for clouds speak https.
    Sandbox(http::Loop& loop, Scenario scenario, std::uint64_t seed, std::shared_ptr<http::TlsContext> cloudTls = {},
            VaultVersion vaultVersion = {});
    ~Sandbox();

    // With a base, the ports are base + 0 … 10: legacy, holysheep, us-east, us-west, eu-west, ap-south, vault,
    // control, aws, gcp, azure.
    // Errors: busy.
    Result<void> listen(std::optional<std::uint16_t> portBase);
    // The first line of stdout (contracts.md), without the newline.
    std::string firstLine() const;
    // Accepts nothing more and waits shortly for what is in flight.
    http::Async<void> stop();
    World& world() { return *world_; }

private:
    struct Servers;
    std::unique_ptr<World> world_;
    std::unique_ptr<Servers> servers_;
};

} // namespace drover::sandbox
