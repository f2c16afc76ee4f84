// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "base/Secret.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace drover {

// A program of ours that was started from here. Destroying it ends the program (SIGTERM, then SIGKILL), and so does
// the death of this process, unless the program was started to outlive it.
class Child {
public:
    virtual ~Child() = default;
    virtual bool running() const = 0;
    // Asks it to end (SIGTERM), waits for it, and gives what it wrote on stdout after its first line. Also for one
    // that has ended by itself. Errors: timeout; internal with the exit code and the last of stderr.
    virtual Task<Result<std::string>> finish(Deadline deadline) = 0;
};

template <class Info>
struct Started {
    Info info;
    std::unique_ptr<Child> child; // empty for one that outlives this process
};

// First lines of stdout (contracts.md).
struct GatewayProcess {
    std::string id;
    std::string listen;  // URL
    std::string admin;   // URL
    std::string control; // path of the socket
    std::int64_t pid = 0;
};
struct SandboxTarget {
    std::string openai;    // with /v1
    std::string anthropic; // without
    std::map<std::string, std::string> regions;
};
struct SandboxProcess {
    std::map<std::string, SandboxTarget> targets;
    std::string vault;   // URL
    std::string control; // URL
    std::int64_t pid = 0;
};

struct GatewayStart {
    std::filesystem::path workspace;
    std::string listen;      // host:port; "" = as in drover.toml, port 0 = any free one
    std::string adminListen;
    bool outlives = false;   // goes on when this process ends; its stdout goes to gateway/<id>.log
    Secret redis = {};       // the URL of the Redis that has the sealed keys, with user and password; empty: keys.json has them
};
struct SandboxStart {
    std::filesystem::path workspace;
    std::string scenario = "healthy";
    std::optional<std::uint64_t> seed;
    std::optional<std::uint16_t> portBase; // any free ports without one
};
struct LoadStart {
    std::filesystem::path trace;
    std::string target;      // base URL with /v1
    double rate = 0;         // requests a second, 0 = as in the trace
    double seconds = 0;      // 0 = until it is told to end
    double streamShare = 0;  // 0..1
    std::uint64_t users = 0; // 0 = each request a user of its own
    std::optional<std::uint64_t> seed; // of the users' names: the same seed, the same users; by chance without one
};

// Starts and ends the other programs, found beside this one. Each call ends once the program has said its first line,
// or with the error it gave (busy port: busy; broken file: invalidInput with its place).
class Processes {
public:
    virtual ~Processes() = default;
    // `kekLines` ("<kek id> <base64>" a line) and `start.redis` go through pipes (--kek-fd, --redis-fd), never by argument or
    // environment.
    virtual Task<Result<Started<GatewayProcess>>> gateway(GatewayStart start, Secret kekLines, Deadline deadline) = 0;
    virtual Task<Result<Started<SandboxProcess>>> sandbox(SandboxStart start, Deadline deadline) = 0;
    // `drover-sandbox load`, the token on its stdin. Its result is Child::finish().
    virtual Task<Result<std::unique_ptr<Child>>> load(LoadStart start, Secret token, Deadline deadline) = 0;
    // Asks a gateway through its control socket to take no new request, finish those it has, and end; done when the
    // process is gone. Errors: notFound (nobody there), timeout.
    virtual Task<Result<void>> stopGateway(std::string control, std::int64_t pid, Deadline deadline) = 0;
};

// The sandbox's own control address, which no real provider has.
struct SandboxCounts {
    struct Target {
        std::uint64_t requests = 0;
        std::map<std::string, std::uint64_t> byKey;
    };
    std::map<std::string, Target> targets;
};
struct SandboxKey {
    std::string id;
    Secret key;
};
class SandboxControl {
public:
    virtual ~SandboxControl() = default;
    virtual Task<Result<SandboxKey>> mint(std::string control, std::string target, Deadline deadline) = 0; // POST /keys
    virtual Task<Result<SandboxCounts>> counts(std::string control, Deadline deadline) = 0;                // GET /counts
};

} // namespace drover
