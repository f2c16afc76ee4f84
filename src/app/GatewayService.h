// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "ports/Processes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drover::app {

struct GatewayStatus {
    GatewayAck ack;
    bool alive = false;          // its acknowledgement is no older than 3 s
    bool serving = false;        // alive and on the document's generation
    std::uint64_t generation = 0; // the document's
    std::string state;           // "serving", "behind", "lease expired", "cannot open k_01", "gone"
};

// Gateways of this workspace on this machine.
class GatewayService {
public:
    GatewayService(Ports& ports, Processes& processes) : ports_(ports), processes_(processes) {}
    // Hands over the KEK through a pipe and waits until the gateway has acknowledged the document. `outlives`: it goes
    // on without this process, and the result's child is empty. Errors: notFound (no key was sealed yet: says to add
    // and verify one), busy (a port is taken), those of the secret store.
    Task<Result<Started<GatewayProcess>>> start(GatewayStart options);
    Task<Result<std::vector<GatewayStatus>>> status();
    // Drains and ends; "" ends all that are alive. Gives the ids that were stopped. Errors: notFound.
    Task<Result<std::vector<std::string>>> stop(std::string id = {});

private:
    Ports& ports_;
    Processes& processes_;
};

std::string gatewaysJson(const std::vector<GatewayStatus>& gateways);

} // namespace drover::app
