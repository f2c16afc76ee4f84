// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTest>
#include <QTimer>

#include "app/Controller.h"
#include "app/KeyPublishing.h"
#include "support/fakes/FakePorts.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drover::test {

using app::Controller;
using app::Ports;

inline TargetEvidence calmTraffic(std::uint64_t requests, std::uint64_t errors = 0)
{
    TargetEvidence evidence;
    evidence.byClass[std::size_t(ErrorClass::ok)] = requests - errors;
    evidence.byClass[std::size_t(ErrorClass::upstream)] = errors;
    evidence.firstBytePlain.record(30, requests);
    return evidence;
}

// A workspace with one proven key for each target, one gateway that acknowledges at once, and healthy traffic. The
// clock runs fifty times as fast as the event loop's timers.
struct Bench {
    Bench()
    {
        fake.audit.facts["consent:holysheep"] = "ann";
        fake.policy.canary.addedLatencyLimitMs = 50;
        fake.policy.lease = 1s; // polled every 40 ms
        fake.policy.rotation.afterCutover = true;
        fake.policy.rotation.minKeys = 1;
        fake.policy.rotation.life = std::chrono::days{30};
        addKey("k_leg", "legacy", KeyState::current);
        addKey("k_first", "holysheep", KeyState::current);
        fake.routing.ackBy = &fake.clock;
        fake.routing.addGateway("g_1", fake.clock.now());
        // A key that was ended at the provider is refused there; its secret has its id in it.
        fake.provider.onModels = [this](const std::string&, const std::string& key) {
            const auto isOf = [&key](const std::string& id) { // k_minted1 is none of k_minted12
                return key.ends_with("_" + id) || key.find(id + "_secret") != std::string::npos;
            };
            for (const IssuedKey& issued : fake.issuers.keys)
                if (!issued.active && isOf(issued.id))
                    return ScriptedProvider::refused(401, ErrorClass::auth);
            return ScriptedProvider::ok();
        };
        fake.evidence.onWindow = [this](const EvidenceQuery&) { return traffic(); };
        QObject::connect(&ticking, &QTimer::timeout, &ticking, [this] {
            fake.clock.advance(500ms);
            fake.routing.gateways.front().requests += counting ? 1 : 0;
        });
        ticking.start(10);
    }

    EvidenceWindow traffic()
    {
        EvidenceWindow window;
        window.step.legacy = calmTraffic(1000);
        window.step.target = calmTraffic(1000, errors);
        window.step.pairs.pairs = window.step.pairs.triples = 1000;
        for (const IssuedKey& key : fake.issuers.keys) {
            window.byKey[key.id] = calmTraffic(unweighted(key.id) ? 0 : 1000);
            if (!unweighted(key.id))
                lastUsed[key.id] = fake.clock.now();
        }
        window.lastUsed = lastUsed;
        window.newest = evidence.value_or(fake.clock.now());
        return window;
    }
    bool unweighted(const std::string& id) const
    {
        const auto& document = fake.routing.document;
        if (!document)
            return true;
        return std::ranges::none_of(document->targets, [&](const auto& one) { return one.second.keys.contains(id); });
    }
    // Both targets with their keys and half of the requests each in a document, and no migration.
    void serve()
    {
        QVERIFY(run(app::publishKeys(fake.ports)).has_value());
        QVERIFY(run(app::ensureWeights(fake.ports, "legacy")).has_value());
        QVERIFY(run(app::ensureWeights(fake.ports, "holysheep")).has_value());
        for (const char* target : {"legacy", "holysheep"})
            fake.routing.document->targets[target].share = 0.5;
    }
    void addKey(const std::string& id, const std::string& target, KeyState state)
    {
        KeyRecord record;
        record.id = id;
        record.target = target;
        record.state = state;
        fake.inventory.records.push_back(record);
        StoredSecret secret;
        secret.value = Secret{"cr_0123456789_" + id};
        secret.version = 1;
        fake.secrets.entries[id] = std::move(secret);
        fake.issuers.keys.push_back({id, id, true, {}, {}, {}});
    }
    std::map<std::string, double> weights() const { return fake.routing.document->targets.at("holysheep").keys; }
    KeyState stateOf(const std::string& id) const { return fake.inventory.find(id)->state; }
    Controller::StartOptions options() const
    {
        Controller::StartOptions options;
        options.policy = fake.policy;
        return options;
    }
    // The same ports, used by another process, and with another journal where one is given.
    Ports portsOf(std::string process, Journal* journal = nullptr)
    {
        Ports& all = fake.ports;
        return {all.clock, all.log, all.random, all.secrets, all.routing, all.evidence, journal ? *journal : all.journal,
                all.inventory, all.orders, all.audit, all.provider, all.files, all.usage, all.issuer, all.policy, all.books,
                all.config, all.folder, all.actor, std::move(process), all.environment};
    }
    // Lets the bench's clock go on.
    bool waits(Duration time)
    {
        return QTest::qWaitFor([this, until = fake.clock.now() + time] { return fake.clock.now() >= until; }, 20'000);
    }
    // The canary's lease was renewed that often.
    std::function<bool()> renewed(std::uint64_t times) const
    {
        return [&document = fake.routing.document, times] {
            return document && document->phase == Phase::canary && document->renewal >= times;
        };
    }
    // The keys alive at the provider.
    std::vector<std::string> live() const
    {
        std::vector<std::string> ids;
        for (const IssuedKey& key : fake.issuers.keys) {
            if (key.active)
                ids.push_back(key.id);
        }
        return ids;
    }

    FakePorts fake;
    std::uint64_t errors = 0;
    std::map<std::string, WallTime> lastUsed;
    bool counting = false;             // each tick a request is counted by the gateway …
    std::optional<WallTime> evidence; // … and evidence reaches to here; to now where nothing is said
    QTimer ticking;
};

// Drives a controller until something holds, and kills it there. False where it ended by itself, or never got there.
inline bool killedWhen(const std::function<bool()>& holds, Task<Result<Phase>> task)
{
    bool over = false;
    const Pending running{std::move(task), [&over](const Result<Phase>&) { over = true; }};
    return QTest::qWaitFor([&] { return over || holds(); }, 20'000) && !over;
}

} // namespace drover::test
