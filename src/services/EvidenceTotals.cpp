// SPDX-License-Identifier: Apache-2.0
#include "services/EvidenceTotals.h"

#include <algorithm>

namespace drover {

void EvidenceTotals::add(const EvidenceLine& line)
{
    auto& totals = generations_[{line.generation, line.migration}];
    newestLine_ = std::max(newestLine_.value_or(line.second), WallTime{line.second});
    switch (line.kind) {
    case EvidenceLine::Kind::attempts:
        // A second question to legacy is the measure of its own noise, not traffic.
        if (line.role == "again")
            break;
        totals.targets[line.target].add(line.attempts);
        totals.keys[line.target][line.keyId].add(line.attempts);
        addPoint(line);
        break;
    case EvidenceLine::Kind::pairs:
        totals.pairs[line.target].add(line.pairs);
        break;
    case EvidenceLine::Kind::clients: {
        auto& clients = totals.clients[line.target];
        clients.requests += line.requests;
        clients.stickyKeys += line.stickyKeys;
        clients.failures += line.failures;
        addPoint(line);
        break;
    }
    }
    if (generations_.size() > mostGenerations)
        generations_.erase(generations_.begin());
}

EvidenceWindow EvidenceTotals::window(const EvidenceQuery& query) const
{
    EvidenceWindow out;
    out.newest = newestLine_;
    for (auto it = generations_.lower_bound({query.fromGeneration, {}}); it != generations_.end(); ++it) {
        const auto& [place, totals] = *it;
        if (place.first > query.toGeneration)
            break;
        if (query.migration && place.second != *query.migration)
            continue;
        if (const auto found = totals.targets.find(query.legacy); found != totals.targets.end())
            out.step.legacy.add(found->second);
        if (const auto found = totals.targets.find(query.target); found != totals.targets.end())
            out.step.target.add(found->second);
        if (const auto found = totals.pairs.find(query.target); found != totals.pairs.end())
            out.step.pairs.add(found->second);
        if (const auto found = totals.keys.find(query.target); found != totals.keys.end()) {
            for (const auto& [key, evidence] : found->second)
                out.byKey[key].add(evidence);
        }
        for (const auto& [target, clients] : totals.clients) {
            out.step.clientRequests += clients.requests;
            out.step.stickyKeys += clients.stickyKeys;
            out.step.clientFailures += clients.failures;
            if (target == query.target) {
                out.step.clientRequestsOnTarget += clients.requests;
                out.step.stickyKeysOnTarget += clients.stickyKeys;
            }
        }
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
