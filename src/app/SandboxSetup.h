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
    Task<Result<std::unique_ptr<OpenWorkspace>>> openFor(SandboxOptions options, SandboxProcess sandbox);
    Task<Result<std::string>> ensureKey(Ports& ports, std::string control, std::string target);
    void say(std::string text) const;

    Machine& machine_;
    std::function<void(std::string)> progress_;
};

} // namespace drover::app
