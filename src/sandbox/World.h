// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "sandbox/cloud/CloudFace.h"
#include "sandbox/provider/Behaviour.h"
#include "sandbox/provider/Ledger.h"
#include "sandbox/provider/Provider.h"
#include "sandbox/provider/Scenario.h"
#include "sandbox/vault/VaultState.h"

#include <cstdint>
#include <utility>

namespace drover::sandbox {

// All state of the sandbox. It holds references into itself and stays where it was made.
struct World {
    World(Scenario scenario, std::uint64_t seed, const Clock& theClock, VaultVersion vaultVersion = {})
        : clock(theClock),
          behaviour(std::move(scenario), seed),
          legacy(Side::legacy, seed, behaviour, ledger, theClock),
          holysheep(Side::holysheep, seed, behaviour, ledger, theClock),
          vault(theClock, {.rootToken = "root", .version = std::move(vaultVersion)}), // as a server in dev mode is often started
          clouds(theClock, seed)
    {}
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Provider& provider(Side side) { return side == Side::legacy ? legacy : holysheep; }

    const Clock& clock;
    Ledger ledger;
    Behaviour behaviour;
    Provider legacy;
    Provider holysheep;
    VaultState vault;
    bool vaultHangs = false;
    Clouds clouds;
};

} // namespace drover::sandbox
