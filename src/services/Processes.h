// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>

#include "base/Clock.h"
#include "base/Result.h"
#include "base/Secret.h"
#include "ports/Subscription.h"
#include "ports/Task.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// What becomes of a child whose ChildProcess ends.
enum class ChildLife {
    ours,   // it is asked to end (SIGTERM), and killed a moment later
    itsOwn, // it goes on: a gateway serves clients whether a console is open or not
};

struct ProcessSpec {
    std::filesystem::path program;
    std::vector<std::string> arguments;  // never a secret: any user can read them
    std::optional<Secret> pipe;          // bytes the child reads to the end from an inherited pipe (KEK lines) …
    std::string pipeOption;              // … whose number follows this option: "--kek-fd"
    std::filesystem::path log;           // stdout and stderr are appended here; made 0600
    ChildLife life = ChildLife::ours;
};

// A started program. It runs in a session of its own with stdin from /dev/null, an environment without secrets
// (VAULT_TOKEN, HOLYSHEEP_API_KEY, ADMIN_KEY and whatever else looks like one), and stdout and stderr going straight to
// a file, so that it needs no one to read them and outlives its parent.
class ChildProcess {
public:
    // Starts it and waits for its first line on stdout. Errors: notFound (no such program), timeout, io, and where
    // the child ends before it: busy for exit code 2 with the reason it gave, else unavailable, with the last lines
    // of its output.
    static Task<Result<std::unique_ptr<ChildProcess>>> start(ProcessSpec spec, Deadline deadline);
    ~ChildProcess();

    const std::string& firstLine() const { return firstLine_; } // JSON
    std::int64_t pid() const { return pid_; }
    bool running() const;
    // Nothing while it runs; its exit code, or 128 + the signal's number.
    std::optional<int> exitCode() const;
    // SIGTERM, after `grace` SIGKILL; gives the exit code. A child that has ended already is no error.
    Task<Result<int>> stop(Duration grace);
    // Called once, from the event loop, when the child has ended.
    std::unique_ptr<Subscription> onExit(std::function<void(int exitCode)> callback);

private:
    ChildProcess() = default;
    class Watch;
    std::shared_ptr<Watch> watch_;
    std::string firstLine_;
    std::int64_t pid_ = 0;
    ChildLife life_ = ChildLife::ours;
};

// The first line of drover-gateway.
struct GatewayStarted {
    std::string id, listen, admin, control;
};
// The first line of drover-sandbox; the base URLs are as a client takes them.
struct SandboxStarted {
    std::string legacyOpenai, legacyAnthropic, holysheepOpenai, holysheepAnthropic;
    std::vector<std::pair<std::string, std::string>> regions; // "us-east" -> base URL
    std::string vault, control;
};
Result<GatewayStarted> parseGatewayStarted(const std::string& line);
Result<SandboxStarted> parseSandboxStarted(const std::string& line);

// "drover-gateway" beside the running program. Errors: notFound.
Result<std::filesystem::path> programBeside(const std::string& name);

struct StartedGateway {
    std::unique_ptr<ChildProcess> process;
    GatewayStarted info;
};
struct StartedSandbox {
    std::unique_ptr<ChildProcess> process;
    SandboxStarted info;
};
struct GatewayOptions {
    std::filesystem::path workspace;
    std::string id;           // "" leaves the choice to the gateway
    std::string listen;       // "" = the workspace's setting
    std::string adminListen;
    Secret kekLines;          // "<kek id> <base64>\n" each
    ChildLife life = ChildLife::itsOwn;
};
Task<Result<StartedGateway>> startGateway(GatewayOptions options, Deadline deadline);

struct SandboxOptions {
    std::filesystem::path workspace;
    std::string scenario = "healthy";
    std::uint64_t seed = 1;
    std::optional<std::uint16_t> portBase;
    std::vector<std::string> more; // further arguments
};
Task<Result<StartedSandbox>> startSandbox(SandboxOptions options, Deadline deadline);

// `drover-sandbox load …`: the token goes to its stdin, its JSON answer comes back when it ends. Destroying the task
// ends the load.
Task<Result<std::string>> runLoad(std::vector<std::string> arguments, Secret token, std::filesystem::path log,
                                  Deadline deadline);

// One command to a running gateway through its socket (0600): "drain", "reload", "status". Gives its answer (JSON).
// Errors: unavailable (no such socket, nobody listens), timeout, protocol.
Task<Result<std::string>> commandGateway(std::filesystem::path socket, std::string command, Deadline deadline);

} // namespace drover
