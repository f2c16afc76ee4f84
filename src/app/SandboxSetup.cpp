// SPDX-License-Identifier: Apache-2.0
#include "app/SandboxSetup.h"

#include "app/GatewayService.h"
#include "app/KeyService.h"
#include "app/TokenService.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration sandboxStart = 15s;
constexpr Duration mintDeadline = 10s;
// A fresh key of the sandbox spreads to its regions within a few seconds.
constexpr Duration propagation = 15s;
constexpr const char* sandboxClient = "sandbox";

void pointAt(WorkspaceConfig& config, const SandboxProcess& sandbox)
{
    for (const auto& [name, addresses] : sandbox.targets) {
        TargetConfig& target = config.targets[name];
        target.name = name;
        target.openai = addresses.openai;
        target.anthropic = addresses.anthropic;
        target.regions = addresses.regions;
    }
}

} // namespace

void SandboxSetup::say(std::string text) const
{
    if (progress_)
        progress_(std::move(text));
}

Task<Result<WorkspaceConfig>> SandboxSetup::settingsFor(SandboxOptions options)
{
    WorkspaceConfig config;
    config.name = options.folder.filename().string();
    config.sandbox = true;
    config.policy = options.policy;
    config.gateway.listen = "127.0.0.1:0";
    config.gateway.adminListen = "127.0.0.1:0";
    if (machine_.workspaces.exists(options.folder)) {
        DROVER_CO_TRY(WorkspaceConfig there, machine_.workspaces.settings(options.folder));
        if (!there.sandbox)
            co_return Error{Errc::invalidInput,
                            "this workspace has real targets; the sandbox needs one of its own (--workspace DIR)",
                            options.folder.string()};
        config = std::move(there);
        config.policy = options.policy;
    }
    DROVER_CO_CHECK(co_await machine_.workspaces.checkStore(config));
    co_return config;
}

Task<Result<std::unique_ptr<OpenWorkspace>>> SandboxSetup::openWith(std::filesystem::path folder, WorkspaceConfig config)
{
    if (machine_.workspaces.exists(folder)) {
        DROVER_CO_CHECK(machine_.workspaces.rewrite(folder, config));
    } else {
        DROVER_CO_CHECK(machine_.workspaces.create(folder, config));
    }
    co_return co_await machine_.workspaces.open(folder);
}

Task<Result<std::string>> SandboxSetup::newKey(Ports& ports, std::string control, std::string target)
{
    KeyService keys{ports};
    DROVER_CO_TRY(SandboxKey minted,
                  co_await machine_.sandbox.mint(control, target, Deadline::in(machine_.clock, mintDeadline)));
    // A sandbox that was started anew gives its ids anew; the record of the key that died with it goes.
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports.inventory.keys());
    for (const KeyRecord& record : records) {
        if (record.id != minted.id)
            continue;
        const Result<void> removed =
            co_await ports.secrets.remove(record.id, Deadline::in(machine_.clock, mintDeadline));
        if (!removed.has_value() && removed.error().code != Errc::notFound)
            co_return removed.error();
        DROVER_CO_CHECK(co_await ports.inventory.erase(record.target, record.id));
    }
    KeyAddition addition;
    addition.id = minted.id;
    addition.target = target;
    addition.name = "sandbox " + target;
    DROVER_CO_TRY(const KeyAdded added, co_await keys.add(std::move(addition), std::move(minted.key)));
    DROVER_CO_TRY(const KeyProof proof, co_await keys.verify(added.record.id, propagation));
    if (!proof.proven) {
        std::string why = "a new key of the sandbox does not work";
        for (const KeyPlace& place : proof.places)
            if (!place.ok)
                why += ", " + place.region + ": " + place.why;
        co_return Error{Errc::unavailable, why, target};
    }
    co_return added.record.id;
}

Task<Result<std::string>> SandboxSetup::ensureKey(Ports& ports, std::string control, std::string target)
{
    KeyService keys{ports};
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports.inventory.keys());
    std::string working;
    for (const KeyRecord& record : records) {
        if (record.target != target || !isLive(record.state))
            continue;
        const Result<KeyProof> proof = co_await keys.verify(record.id);
        if (proof.has_value() && proof->proven) {
            working = record.id;
            continue;
        }
        DROVER_CO_CHECK(co_await noteKeyState(ports, target, record.id, KeyState::failed));
    }
    if (!working.empty())
        co_return working;
    say("making and proving a key of " + target);
    co_return co_await newKey(ports, control, target);
}

Task<Result<Secret>> SandboxSetup::newToken(Ports& ports)
{
    TokenService tokens{ports};
    const Result<void> ended = co_await tokens.revoke(sandboxClient);
    if (!ended.has_value() && ended.error().code != Errc::notFound)
        co_return ended.error();
    TokenRequest request;
    request.name = sandboxClient;
    DROVER_CO_TRY(TokenCreated created, co_await tokens.create(std::move(request)));
    co_return std::move(created.token);
}

Task<Result<RunningSandbox>> SandboxSetup::start(SandboxOptions options)
{
    DROVER_CO_TRY(WorkspaceConfig config, co_await settingsFor(options));
    RunningSandbox running;
    say("starting the sandbox, scenario " + options.scenario);
    SandboxStart start;
    start.workspace = options.folder;
    start.scenario = options.scenario;
    start.seed = options.seed;
    DROVER_CO_TRY(running.sandbox, co_await machine_.processes.sandbox(std::move(start),
                                                                       Deadline::in(machine_.clock, sandboxStart)));
    pointAt(config, running.sandbox.info);
    DROVER_CO_TRY(running.workspace, co_await openWith(options.folder, std::move(config)));
    Ports& ports = running.workspace->ports();
    DROVER_CO_TRY(running.legacyKey, co_await ensureKey(ports, running.sandbox.info.control, "legacy"));
    DROVER_CO_TRY(running.holysheepKey, co_await ensureKey(ports, running.sandbox.info.control, "holysheep"));
    KeyService keys{ports};
    DROVER_CO_CHECK(co_await keys.publish());
    DROVER_CO_TRY(running.token, co_await newToken(ports));
    say("starting a gateway");
    GatewayService gateways{ports, machine_.processes};
    GatewayStart asSet;
    DROVER_CO_TRY(running.gateway, co_await gateways.start(std::move(asSet)));
    say("the gateway listens at " + running.gateway.info.listen);
    co_return running;
}

} // namespace drover::app
