// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/migration/MigrationPlan.h"
#include "support/ManualClock.h"

#include <functional>
#include <vector>

namespace drover::test {

inline MigrationPolicy smallPolicy()
{
    MigrationPolicy policy;
    policy.name = "test";
    policy.shadow = {Duration{10s}, 1.0, 0.5, 0.02, 50};
    for (const double share : {0.05, 0.25, 0.45, 0.65, 0.85})
        policy.canary.steps.push_back({share, Duration{10s}});
    policy.rollbackWindow = 10s;
    policy.overlap = 10s;
    policy.lease = 5s;
    policy.rotation.afterCutover = true;
    policy.rotation.ramp = {{0.1, Duration{1s}}, {0.5, Duration{1s}}, {1.0, Duration{1s}}};
    return policy;
}

inline TargetEvidence traffic(std::uint64_t requests, std::uint64_t errors, double ms)
{
    TargetEvidence evidence;
    evidence.byClass[std::size_t(ErrorClass::ok)] = requests - errors;
    evidence.byClass[std::size_t(ErrorClass::upstream)] = errors;
    evidence.firstBytePlain.record(ms, requests / 2);
    evidence.firstByteStreamed.record(ms, requests - requests / 2);
    return evidence;
}

inline StepEvidence healthy(std::uint64_t requests)
{
    StepEvidence evidence;
    evidence.legacy = traffic(requests, 0, 30);
    evidence.target = traffic(requests, 0, 32);
    evidence.pairs.pairs = evidence.pairs.triples = requests;
    return evidence;
}

inline StepEvidence failing(std::uint64_t requests, std::uint64_t errors)
{
    StepEvidence evidence = healthy(requests);
    evidence.target = traffic(requests, errors, 32);
    return evidence;
}

// The world a plan talks to when everything goes well, and its journal.
struct Conversation {
    explicit Conversation(std::function<StepEvidence()> look = [] { return healthy(1000); }) : evidence(std::move(look))
    {
        MigrationStarted started;
        started.id = "m_1";
        started.policy = smallPolicy();
        started.lastGeneration = 41;
        started.at = clock.now();
        feed(started);
    }

    void feed(const MigrationEvent& event)
    {
        const auto before = plan.revision();
        action = plan.resume(event);
        if (plan.revision() != before)
            journal.push_back(event);
    }

    // Does what the plan asked for and says so; false when it is over.
    bool step()
    {
        clock.advance(11s);
        if (const auto* write = std::get_if<WriteRouting>(&action)) {
            written.push_back(write->intent);
            feed(RoutingWritten{write->intent.generation, clock.now()});
        } else if (const auto* await = std::get_if<AwaitAcks>(&action)) {
            feed(AcksComplete{await->generation, 1, clock.now()});
        } else if (std::holds_alternative<Observe>(action)) {
            feed(Looked{evidence(), clock.now()});
        } else if (std::holds_alternative<RotateKey>(action)) {
            feed(RotationEnded{true, "k_2", {}, clock.now()});
        } else {
            return false;
        }
        return true;
    }

    // At most `limit` steps.
    void run(int limit = 100)
    {
        while (limit-- > 0 && step()) {
        }
    }

    MigrationPlan replayed() const
    {
        MigrationPlan copy;
        for (const auto& event : journal)
            copy.resume(event);
        return copy;
    }

    ManualClock clock;
    std::function<StepEvidence()> evidence;
    MigrationPlan plan;
    MigrationAction action;
    std::vector<MigrationEvent> journal;
    std::vector<RoutingIntent> written;
};

// How many steps a healthy migration takes to its end.
inline int healthyLength()
{
    Conversation conversation;
    int steps = 0;
    while (conversation.step())
        ++steps;
    return steps;
}

} // namespace drover::test
