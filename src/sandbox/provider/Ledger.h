// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"
#include "sandbox/provider/Scenario.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace drover::sandbox {

// One call that a provider received.
struct LedgerEntry {
    std::uint64_t number = 0; // given by the ledger, from 1
    std::int64_t ns = 0;      // CLOCK_MONOTONIC, at arrival
    Side side{};
    Region region{};
    std::string keyId;      // "" where the credential was refused
    std::string path;
    int status = 0;         // 0: reset before an answer
    bool stream = false;
    std::string user;       // the request's `user`, "" where it names none: which calls belong to one request
};

// What the providers received, counted on their side: tests compare shares with this, never with Drover's own counts.
class Ledger {
public:
    // `counted`: a call for an answer (chat, messages, …) with a good key. Others only appear in the list.
    void add(LedgerEntry entry, bool counted);

    struct Count {
        std::uint64_t requests = 0;
        std::uint64_t refused = 0; // calls with a credential that was not accepted
        std::uint64_t left = 0;    // calls whose client went away before the answer's end
        std::map<std::string, std::uint64_t, std::less<>> byKey;
    };
    void noteLeft(Side side) { ++counts_[std::size_t(side)].left; }
    const Count& count(Side side) const { return counts_[std::size_t(side)]; }
    // One JSON object a line for each call that arrived at or after `ns`.
    std::string linesSince(std::int64_t ns) const;

private:
    std::array<Count, sideCount> counts_;
    std::uint64_t last_ = 0;
    std::deque<LedgerEntry> entries_; // the last 500,000
};

} // namespace drover::sandbox
