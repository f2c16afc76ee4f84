// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Processes.h"
#include "ports/Subscription.h"
#include "ports/TextTrees.h"

#include "app/Ports.h"
#include "protocol/config/WorkspaceConfig.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace drover::app {

// A workspace with everything behind its ports. Use cases of it end before it does.
class OpenWorkspace {
public:
    virtual ~OpenWorkspace() = default;
    virtual Ports& ports() = 0;
};

// The workspaces of this machine; main/ makes it real.
class Workspaces {
public:
    virtual ~Workspaces() = default;
    virtual std::filesystem::path defaultFolder(std::string_view name) const = 0; // "default", "demo"
    virtual bool exists(const std::filesystem::path& folder) const = 0;           // has a drover.toml
    // drover.toml alone; nothing is opened or made. Errors: notFound, invalidInput with place.
    virtual Result<WorkspaceConfig> settings(const std::filesystem::path& folder) const = 0;
    // Would the secret store of such a workspace work? Writes nothing. Errors: unavailable, locked … with what to do.
    virtual Task<Result<void>> checkStore(WorkspaceConfig config) = 0;
    // Errors: notFound (says to run init), invalidInput with place, newerSchema, io.
    virtual Task<Result<std::unique_ptr<OpenWorkspace>>> open(std::filesystem::path folder) = 0;
    // Folders, drover.toml, an id where config has none. Errors: conflict where there is one already.
    virtual Result<WorkspaceConfig> create(std::filesystem::path folder, WorkspaceConfig config) = 0;
    // drover.toml again, whole; for a sandbox whose ports have changed.
    virtual Result<void> rewrite(std::filesystem::path folder, const WorkspaceConfig& config) = 0;
    // controller.lock, held while the owner lives. Errors: busy, naming the holder.
    virtual Result<std::unique_ptr<Subscription>> lockController(std::filesystem::path folder) = 0;
    // "host/pid" of whoever holds it, "" where nobody does.
    virtual std::string controller(const std::filesystem::path& folder) const = 0;
};

// What use cases need beyond one workspace. Owned by main/; outlives every use case.
struct Machine {
    Clock& clock;
    Random& random;
    Workspaces& workspaces;
    Processes& processes;
    SandboxControl& sandbox;
    TextTrees& trees;
    std::filesystem::path trace; // the Azure trace beside the program, for load
    std::filesystem::path programs = {}; // the folder of the programs
};

} // namespace drover::app
