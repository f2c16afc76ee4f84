// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Server.h"

#include "sandbox/provider/Reply.h"
#include "sandbox/provider/Scenario.h"

namespace drover::sandbox {

class Provider;
struct World;

// The parts of the sandbox that answer, as handlers for an http::Server each. All state is in the World, which must
// outlive the servers.
http::Server::Handler providerHandler(Provider& provider, Region region, const Clock& clock);
http::Server::Handler vaultHandler(World& world);
http::Server::Handler controlHandler(World& world);

// Sends a planned answer: waits, writes in parts, cuts, resets or hangs as it says.
http::Async<void> carryOut(Reply reply, http::Responder& out, const Clock& clock);

} // namespace drover::sandbox
