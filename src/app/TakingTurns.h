// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/Turns.h"

#include <cstddef>
#include <memory>

namespace drover::app {

// A workspace's ports with no more than so many calls under way to providers at a time, whatever they are for and whichever target's.
// The wait for a turn is not counted against a call's deadline. The given ports outlive this.
class TakingTurns {
public:
    TakingTurns(Ports& ports, std::size_t atOnce);
    ~TakingTurns();

    Ports& ports() { return ports_; }

private:
    Turns turns_;
    std::unique_ptr<ProviderClient> provider_;
    Ports ports_;
};

} // namespace drover::app
