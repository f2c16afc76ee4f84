// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"
#include "domain/gates/Evidence.h"
#include "domain/migration/Phase.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

// One line of gateway/evidence/<gateway id>-<UTC date>.jsonl: one second, target, model, key and role that had
// traffic; fields in docs/evidence.md. Lines of `kind` "pairs" carry the shadow comparison instead, lines of `kind`
// "clients" what the clients saw (served share, failures).
struct EvidenceLine {
    enum class Kind { attempts, pairs, clients };

    Kind kind = Kind::attempts;
    WallTime second{};
    std::string gateway;
    std::uint64_t generation = 0;  // of the routing document the requests were decided by
    std::string migration;
    Phase phase = Phase::idle;
    std::uint32_t step = 0;
    std::string target;            // attempts: who was asked; pairs: the mirror's target; clients: the target chosen
    std::string model;
    std::string keyId;
    std::string role;              // client, shadow, again
    TargetEvidence attempts;
    PairEvidence pairs;
    std::uint64_t requests = 0;    // clients: requests first sent to `target`
    std::uint64_t stickyKeys = 0;  // clients: distinct sticky keys among them within the second
    std::uint64_t failures = 0;    // clients: answers that were failures (not 4xx of the client's own making)
};

void appendEvidenceLine(std::string& out, const EvidenceLine& line); // ends with \n
Result<EvidenceLine> parseEvidenceLine(std::string_view line);

} // namespace drover
