// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "support/ManualClock.h"
#include "support/fakes/MemoryRoutingStore.h"
#include "support/fakes/MemorySecretStore.h"
#include "support/fakes/MemoryWorkspace.h"
#include "support/fakes/ScriptedProvider.h"

#include <QCoreApplication>
#include <QElapsedTimer>

namespace drover::test {

// A whole workspace in memory: every port a fake with `faults`, ready to hand to a use case.
//   FakePorts fake;
//   KeyService keys{fake.ports};
//   const Result<KeyAdded> added = run(keys.add({.id = "k_01"}, Secret{"sk-…"}));
struct FakePorts {
    ManualClock clock;
    std::vector<std::string> logLines;
    Log log{clock, [this](std::string_view line) { logLines.emplace_back(line); }, LogLevel::debug};
    Random random{1};
    MemorySecretStore secrets;
    MemoryRoutingStore routing;
    ScriptedEvidence evidence;
    MemoryJournal journal;
    MemoryInventory inventory;
    MemoryOrders orders;
    MemoryAudit audit;
    ScriptedProvider provider;
    MemoryFiles files;
    ScriptedUsage usage;
    IssuerBook issuers;
    MigrationPolicy policy = smallPolicy();
    app::Ports ports{.clock = clock,
                     .log = log,
                     .random = random,
                     .secrets = secrets,
                     .routing = routing,
                     .evidence = evidence,
                     .journal = journal,
                     .inventory = inventory,
                     .orders = orders,
                     .audit = audit,
                     .provider = provider,
                     .files = files,
                     .usage = usage,
                     .issuer = [this](const TargetConfig&, Secret) { return std::make_unique<MemoryIssuer>(issuers); },
                     .policy =
                         [this](const std::string& name) -> Result<MigrationPolicy> {
                         if (name != policy.name)
                             return Error{Errc::notFound, "no such policy", name};
                         return policy;
                     },
                     .books = {},
                     .config = smallConfig(),
                     .folder = "/nowhere",
                     .actor = "ann",
                     .process = "host/1",
                     .environment = {}};

    static WorkspaceConfig smallConfig()
    {
        WorkspaceConfig config;
        config.id = "w_test";
        config.name = "test";
        config.policy = "small";
        config.targets["legacy"].name = "legacy";
        config.targets["legacy"].openai = "https://legacy.example/v1";
        TargetConfig& holysheep = config.targets["holysheep"];
        holysheep.name = "holysheep";
        holysheep.openai = "https://api.holysheep.example/v1";
        holysheep.regions["us-east"] = "https://use1.holysheep.example/v1";
        holysheep.regions["eu-west"] = "https://euw1.holysheep.example/v1";
        return config;
    }
    static MigrationPolicy smallPolicy()
    {
        MigrationPolicy small;
        small.name = "small";
        small.shadow.time = 1s;
        small.canary.steps = {{0.05, 1s}, {0.5, 1s}};
        small.rollbackWindow = 1s;
        small.overlap = 1s;
        small.lease = 5s;
        small.rotation.ramp = {{0.5, 1s}, {1.0, 1s}};
        return small;
    }
};

// Runs a task to its end on the event loop. Fails the process (not hangs) after `limit`.
template <class T>
T run(Task<T> task, std::chrono::milliseconds limit = std::chrono::seconds(20))
{
    std::optional<T> value;
    Pending pending{std::move(task), [&](T result) { value.emplace(std::move(result)); }};
    QElapsedTimer since;
    since.start();
    while (!value && since.elapsed() < limit.count())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    if (!value)
        qFatal("a task did not end in time");
    return std::move(*value);
}

} // namespace drover::test
