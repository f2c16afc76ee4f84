// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/EvidenceSource.h"

#include "protocol/evidence/EvidenceSums.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// Evidence lines added up: by generation for the gates, by time for the charts. What it keeps is bounded: the
// newest generations, seconds for a quarter of an hour, minutes for two days.
class EvidenceTotals {
public:
    static constexpr std::size_t mostGenerations = 512;
    static constexpr auto secondsKept = std::chrono::minutes{15};
    static constexpr auto minutesKept = std::chrono::hours{48};

    void add(const EvidenceLine& line);
    EvidenceWindow window(const EvidenceQuery& query) const;
    std::vector<LatencyPoint> series(WallTime from, Duration bucket) const;
    std::size_t points() const { return seconds_.size() + minutes_.size(); }

private:
    using Points = std::map<std::pair<WallTime, std::string>, LatencyPoint>;

    void addPoint(const EvidenceLine& line);
    static void addTo(Points& points, WallTime at, const LatencyPoint& point);
    void age();

    std::map<std::pair<std::uint64_t, std::string>, EvidenceSums> generations_; // generation, migration
    Points seconds_;
    Points minutes_;
    WallTime newest_{};                  // of what the charts show
    std::optional<WallTime> newestLine_; // of anything
    std::map<std::string, std::map<std::string, WallTime>> lastUsed_; // target -> key
};

} // namespace drover
