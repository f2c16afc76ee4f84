// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/EvidenceSums.h"

#include <algorithm>

namespace drover {

bool isTraffic(const EvidenceLine& line)
{
    return line.kind == EvidenceLine::Kind::attempts && line.role != "again";
}

void EvidenceSums::add(const EvidenceLine& line)
{
    newest_ = std::max(newest_, line.second);
    switch (line.kind) {
    case EvidenceLine::Kind::attempts:
        if (!isTraffic(line))
            break;
        targets_[line.target].add(line.attempts);
        keys_[line.target][line.keyId].add(line.attempts);
        break;
    case EvidenceLine::Kind::pairs: pairs_[line.target].add(line.pairs); break;
    case EvidenceLine::Kind::clients: {
        Clients& clients = clients_[line.target];
        clients.requests += line.requests;
        clients.stickyKeys += line.stickyKeys;
        clients.failures += line.failures;
        break;
    }
    }
}

void EvidenceSums::addTo(StepEvidence& step, const std::string& legacy, const std::string& target) const
{
    if (const auto found = targets_.find(legacy); found != targets_.end())
        step.legacy.add(found->second);
    if (const auto found = targets_.find(target); found != targets_.end())
        step.target.add(found->second);
    if (const auto found = pairs_.find(target); found != pairs_.end())
        step.pairs.add(found->second);
    for (const auto& [name, clients] : clients_) {
        step.clientRequests += clients.requests;
        step.stickyKeys += clients.stickyKeys;
        step.clientFailures += clients.failures;
        if (name == target) {
            step.clientRequestsOnTarget += clients.requests;
            step.stickyKeysOnTarget += clients.stickyKeys;
        }
    }
}

void EvidenceSums::addKeysTo(std::map<std::string, TargetEvidence>& byKey, const std::string& target) const
{
    if (const auto found = keys_.find(target); found != keys_.end())
        for (const auto& [key, evidence] : found->second)
            byKey[key].add(evidence);
}

} // namespace drover
