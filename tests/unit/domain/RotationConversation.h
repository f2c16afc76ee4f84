// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTest>

#include "domain/keys/RotationPlan.h"
#include "support/ManualClock.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace drover::test {

inline TargetEvidence keyTraffic(std::uint64_t requests, std::uint64_t errors)
{
    TargetEvidence evidence;
    evidence.byClass[std::size_t(ErrorClass::ok)] = requests - errors;
    evidence.byClass[std::size_t(ErrorClass::auth)] = errors;
    return evidence;
}

// A provider, a secret store and gateways in miniature. The invariants are checked here, outside the plan.
struct Outside {
    std::set<std::string> live{"k_old"};   // at the provider
    std::map<std::string, std::string> names; // id -> name
    std::set<std::string> stored{"k_old"};
    std::set<std::string> proven{"k_old"};
    std::string current = "k_old";         // whom `production` names; "" in an empty inventory
    std::map<std::string, double> weights{{"k_old", 1.0}};
    bool secretInMemory = false;
    int minted = 0;

    static Outside empty()
    {
        Outside world;
        world.live.clear();
        world.stored.clear();
        world.proven.clear();
        world.current.clear();
        world.weights.clear();
        return world;
    }
};

struct Rotation {
    explicit Rotation(std::uint32_t minKeys = 1, Outside outside = {}, std::vector<std::string> unresolved = {}, bool idle = false,
                      std::vector<std::string> left = {}, std::string nameTag = {})
        : world(std::move(outside))
    {
        RotationStarted started;
        started.id = "r_1";
        started.nameTag = std::move(nameTag);
        started.policy.ramp = {{0.1, Duration{1s}}, {0.5, Duration{1s}}, {1.0, Duration{1s}}};
        started.policy.errorRateLimit = 0.01;
        started.policy.life = std::chrono::days{30};
        started.policy.overlap = 2s;
        started.policy.minKeys = minKeys;
        started.currentKey = serving();
        std::erase(left, started.currentKey);
        started.left = std::move(left);
        started.liveKeys = std::uint32_t(std::ranges::count_if(world.live, [&](const std::string& id) {
            return world.proven.contains(id) && std::ranges::find(started.left, id) == started.left.end();
        }));
        started.weights = world.weights;
        started.unresolved = std::move(unresolved);
        started.idle = idle;
        started.at = clock.now();
        feed(started);
    }

    // The key that carries the traffic, which `production` may not name yet.
    std::string serving() const
    {
        if (!world.weights.empty())
            return world.weights.contains(world.current) ? world.current : world.weights.begin()->first;
        return world.current.empty() && !world.proven.empty() ? *world.proven.begin() : world.current;
    }

    void feed(const RotationEvent& event)
    {
        const auto before = plan.revision();
        action = plan.resume(event);
        if (plan.revision() != before)
            journal.push_back(event);
        check();
    }

    void check() const
    {
        if (!world.current.empty()) {
            QVERIFY2(world.live.contains(world.current), "the current key is alive at the provider");
            QVERIFY2(world.stored.contains(world.current), "and its secret is in the store");
        }
        double sum = 0;
        for (const auto& [id, weight] : world.weights) {
            sum += weight;
            QVERIFY2(weight <= 0 || world.live.contains(id), "no weight on a dead key");
        }
        QCOMPARE(sum, world.weights.empty() ? 0.0 : 1.0);
    }

    // The effect of the pending action, without telling the plan.
    RotationEvent effect()
    {
        const auto now = clock.now();
        if (const auto* one = std::get_if<MintKey>(&action)) {
            const std::string id = "k_new" + std::to_string(++world.minted);
            world.live.insert(id);
            world.names[id] = one->name;
            world.secretInMemory = true;
            return KeyMinted{id, one->name, now};
        }
        if (const auto* one = std::get_if<AwaitKey>(&action)) {
            // Who made it already pastes it again.
            const auto made = std::ranges::find_if(world.names, [&](const auto& key) {
                return key.second == one->name && world.live.contains(key.first) && !world.stored.contains(key.first);
            });
            const std::string id = made != world.names.end() ? made->first : "k_new" + std::to_string(++world.minted);
            world.live.insert(id);
            world.names[id] = one->name;
            world.secretInMemory = true;
            return KeyMinted{id, one->name, now};
        }
        if (const auto* one = std::get_if<ReconcileMint>(&action)) {
            MintReconciled found{{}, now};
            for (const auto& [id, name] : world.names) {
                if (world.live.contains(id) && std::ranges::find(one->names, name) != one->names.end())
                    found.keyIds.push_back(id);
            }
            return found;
        }
        if (const auto* one = std::get_if<StoreKey>(&action)) {
            if (world.stored.contains(one->keyId))
                return KeyStored{one->keyId, 1, now};
            if (!world.secretInMemory)
                return KeyLost{one->keyId, now};
            world.stored.insert(one->keyId);
            return KeyStored{one->keyId, 1, now};
        }
        if (const auto* one = std::get_if<ProveKey>(&action)) {
            world.proven.insert(one->keyId);
            return KeyProven{one->keyId, {"main", "us-east"}, now};
        }
        if (const auto* one = std::get_if<PublishKey>(&action))
            return KeyPublished{one->keyId, now};
        if (const auto* one = std::get_if<SetWeights>(&action)) {
            world.weights = one->weights;
            return WeightsServed{++generation, now};
        }
        if (const auto* one = std::get_if<ObserveKey>(&action))
            return KeyLooked{one->keyId, keyTraffic(600, badKey ? 500 : 0), now};
        if (const auto* one = std::get_if<PromoteKey>(&action)) {
            world.current = one->keyId;
            return KeyPromoted{one->keyId, now};
        }
        if (std::holds_alternative<ReconcilePromotion>(action))
            return PromotionReconciled{world.current, now};
        if (const auto* one = std::get_if<AwaitQuiet>(&action)) {
            clock.advance(3s);
            return KeyQuiet{one->keyId, clock.now()};
        }
        const auto* ended = std::get_if<AwaitEnd>(&action);
        const std::string id = ended != nullptr ? ended->keyId : std::get<RevokeKey>(action).keyId;
        world.live.erase(id);
        world.stored.erase(id);
        world.proven.erase(id);
        return KeyRevoked{id, now};
    }

    void fail(Errc code, std::string why = "no answer") { feed(StepFailed{code, std::move(why), clock.now()}); }
    std::string outcome() const { return std::string(plan.outcome()); }
    bool over() const { return std::holds_alternative<EndRotation>(action); }
    void step()
    {
        clock.advance(2s);
        feed(effect());
    }
    void run(int limit = 60)
    {
        while (limit-- > 0 && !over())
            step();
    }
    // A new process: the memory is gone, the journal is there.
    void crash()
    {
        world.secretInMemory = false;
        plan = RotationPlan{};
        for (const auto& event : journal)
            plan.resume(event);
        feed(RotationResumed{clock.now()});
    }

    ManualClock clock;
    RotationPlan plan;
    RotationAction action;
    std::vector<RotationEvent> journal;
    Outside world;
    std::uint64_t generation = 50;
    bool badKey = false;
};

inline int rotationLength(const Outside& world = {})
{
    Rotation rotation{1, world};
    int steps = 0;
    for (; !rotation.over(); ++steps)
        rotation.step();
    return steps;
}

} // namespace drover::test
