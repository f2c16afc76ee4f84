// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Machine.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drover::app {

// A workspace whose providers are the sandbox's, with everything running. Destroying it ends the programs.
struct RunningSandbox {
    std::unique_ptr<OpenWorkspace> workspace;
    Started<SandboxProcess> sandbox;
    Started<GatewayProcess> gateway;
    Secret token;               // of the client "sandbox"
    std::string legacyKey;      // ids
    std::string holysheepKey;
};

struct SandboxOptions {
    std::filesystem::path folder;
    std::string scenario = "healthy";
    std::optional<std::uint64_t> seed;
    std::string policy = "rehearsal";
};

// Makes (or takes up again) a sandbox workspace: starts the sandbox, points drover.toml at it, mints, stores and
// proves a key for each target where none works, publishes them, makes a client token, starts a gateway. For the
// demo, the console's first start, screenshots. Errors: refused for a workspace with real targets (invalidInput:
// exit 2); unavailable or locked where there is no keyring to use, before anything is written.
class SandboxSetup {
public:
    explicit SandboxSetup(Machine& machine) : machine_(machine) {}
    Task<Result<RunningSandbox>> start(SandboxOptions options);
    // "starting the sandbox", "proving a key …": for progress lines.
    void onProgress(std::function<void(std::string)> callback) { progress_ = std::move(callback); }

private:
    // The settings to begin with: those that stand in the folder, or new ones.
    Task<Result<WorkspaceConfig>> settingsFor(SandboxOptions options);
    Task<Result<std::unique_ptr<OpenWorkspace>>> openWith(std::filesystem::path folder, WorkspaceConfig config);
    // The id of a key of the target that works: one that is there, or a new one.
    Task<Result<std::string>> ensureKey(Ports& ports, std::string control, std::string target);
    Task<Result<std::string>> newKey(Ports& ports, std::string control, std::string target);
    Task<Result<Secret>> newToken(Ports& ports);
    void say(std::string text) const;

    Machine& machine_;
    std::function<void(std::string)> progress_;
};

} // namespace drover::app
