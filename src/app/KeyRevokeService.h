// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/RoutingDesk.h"

#include "domain/keys/KeyRecord.h"

#include <string>
#include <vector>

namespace drover::app {

// Ends single keys at a person's word, by the same deed as a rotation does (KeyEnding.h).
class KeyRevokeService {
public:
    explicit KeyRevokeService(Ports& ports) : ports_(ports), desk_(ports) {}

    // Why the key may not be ended now. Writes nothing. Errors: notFound; refused: it is current, has a weight, is what a rotation
    // works with, or too few live keys would be left; those of stores, journal and inventory.
    Task<Result<void>> mayRevoke(std::string id);
    // Takes it from the gateways (retired), ends it at the provider, and once the provider refuses it notes it as revoked and removes it
    // from the store. Holds controller.lock meanwhile. `patience`: how long gateways and provider may take. Doing it again goes on where
    // it was broken off. Errors: as mayRevoke(); busy, naming the controller; as endAtProvider().
    Task<Result<KeyRecord>> revoke(std::string id, std::string reason, Duration patience);

private:
    Task<Result<KeyRecord>> find(std::string id);
    Task<Result<void>> freeOfWork(KeyRecord record);
    Task<Result<void>> leavesEnough(KeyRecord record);
    Task<Result<void>> takeFromGateways(KeyRecord record, std::string reason, Duration patience);
    Task<Result<void>> untilServed(std::uint64_t generation, Duration patience);
    Task<Result<std::string>> credentialBeside(KeyRecord record);

    Ports& ports_;
    RoutingDesk desk_;
};

} // namespace drover::app
