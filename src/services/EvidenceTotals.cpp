// SPDX-License-Identifier: Apache-2.0
#include "services/EvidenceTotals.h"

#include <algorithm>

namespace drover {

void EvidenceTotals::add(const EvidenceLine& line)
{
    generations_[{line.generation, line.migration}].add(line);
    newestLine_ = std::max(newestLine_.value_or(line.second), WallTime{line.second});
    if (line.kind == EvidenceLine::Kind::attempts && line.attempts != TargetEvidence{}) {
        auto& last = lastUsed_[line.target][line.keyId];
        last = std::max(last, WallTime{line.second});
    }
    if (isTraffic(line) || line.kind == EvidenceLine::Kind::clients)
        addPoint(line);
    if (generations_.size() > mostGenerations)
        generations_.erase(generations_.begin());
}

EvidenceWindow EvidenceTotals::window(const EvidenceQuery& query) const
{
    EvidenceWindow out;
    out.newest = newestLine_;
    if (const auto found = lastUsed_.find(query.target); found != lastUsed_.end())
        out.lastUsed = found->second;
    for (auto it = generations_.lower_bound({query.fromGeneration, {}}); it != generations_.end(); ++it) {
        const auto& [place, sums] = *it;
        if (place.first > query.toGeneration)
            break;
        if (query.migration && place.second != *query.migration)
            continue;
        sums.addTo(out.step, query.legacy, query.target);
        sums.addKeysTo(out.byKey, query.target);
    }
    return out;
}

void EvidenceTotals::addPoint(const EvidenceLine& line)
{
    LatencyPoint point;
    point.target = line.target;
    point.firstByte = line.attempts.firstBytePlain;
    point.firstByte.add(line.attempts.firstByteStreamed);
    point.total = line.attempts.total;
    point.requests = line.attempts.requests();
    point.errors = line.attempts.errors();
    point.clients = line.requests; // 0 in lines of attempts
    if (line.second + secondsKept >= newest_)
        addTo(seconds_, line.second, point);
    else
        addTo(minutes_, std::chrono::floor<std::chrono::minutes>(line.second), point);
    if (line.second > newest_) {
        newest_ = line.second;
        age();
    }
}

void EvidenceTotals::addTo(Points& points, WallTime at, const LatencyPoint& point)
{
    auto& sum = points[{at, point.target}];
    sum.at = at;
    sum.target = point.target;
    sum.firstByte.add(point.firstByte);
    sum.total.add(point.total);
    sum.requests += point.requests;
    sum.errors += point.errors;
    sum.clients += point.clients;
}

void EvidenceTotals::age()
{
    while (!seconds_.empty() && seconds_.begin()->first.first + secondsKept < newest_) {
        const auto& old = seconds_.begin()->second;
        addTo(minutes_, std::chrono::floor<std::chrono::minutes>(old.at), old);
        seconds_.erase(seconds_.begin());
    }
    while (!minutes_.empty() && minutes_.begin()->first.first + minutesKept < newest_)
        minutes_.erase(minutes_.begin());
}

std::vector<LatencyPoint> EvidenceTotals::series(WallTime from, Duration bucket) const
{
    Points merged;
    const auto width = std::max(bucket, Duration{1s});
    for (const auto* points : {&minutes_, &seconds_}) {
        for (auto it = points->lower_bound({from, {}}); it != points->end(); ++it) {
            const auto at = it->first.first;
            addTo(merged, WallTime{at.time_since_epoch() / width * width}, it->second);
        }
    }
    std::vector<LatencyPoint> out;
    out.reserve(merged.size());
    for (auto& [place, point] : merged)
        out.push_back(std::move(point));
    return out;
}

} // namespace drover
