// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/evidence/EvidenceLine.h"

#include <cstdint>
#include <map>
#include <string>

namespace drover {

// Whether the line counts what became of traffic: a second question to legacy is the measure of its own noise.
bool isTraffic(const EvidenceLine& line);

// Evidence lines added up, whoever reads them: what the controller and `gate check` judge is counted in one place.
class EvidenceSums {
public:
    void add(const EvidenceLine& line);
    // What the gates of a step look at, added to it.
    void addTo(StepEvidence& step, const std::string& legacy, const std::string& target) const;
    // The same for each key of the target.
    void addKeysTo(std::map<std::string, TargetEvidence>& byKey, const std::string& target) const;
    // The newest second there is a line of.
    WallTime newest() const { return newest_; }

private:
    struct Clients {
        std::uint64_t requests = 0, stickyKeys = 0, failures = 0;
    };
    std::map<std::string, TargetEvidence> targets_;
    std::map<std::string, std::map<std::string, TargetEvidence>> keys_; // target -> key
    std::map<std::string, PairEvidence> pairs_;                         // by the mirror's target
    std::map<std::string, Clients> clients_;
    WallTime newest_{};
};

} // namespace drover
