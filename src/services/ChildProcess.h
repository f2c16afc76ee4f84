// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Processes.h"

#include "services/Files.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drover {

struct ChildSpec {
    std::filesystem::path program;
    std::vector<std::string> arguments;  // never a secret: any user can read them
    std::optional<Secret> standardInput; // /dev/null without
    // Bytes the child reads to the end from an inherited pipe whose number follows the option: "--kek-fd".
    std::vector<std::pair<std::string, Secret>> pipes;
    std::optional<std::filesystem::path>
        log; // stdout and stderr go to its end; without one they are kept in memory
    bool outlives = false;
};

// Ends children that nobody owns any more: SIGTERM has been sent, SIGKILL follows. Its destructor waits for
// them.
class ChildReaper {
public:
    ~ChildReaper();
    void end(std::int64_t pid);

private:
    std::mutex mutex_;
    std::vector<std::thread> waiting_;
};

// A started program: in a session of its own, with an environment without secrets, and stdout and stderr
// going straight to a file, so that it needs nobody to read them. Everything here is short; waiting is done
// in coroutines.
class ChildProcess final : public Child {
public:
    // Errors: io.
    static Result<std::unique_ptr<ChildProcess>> spawn(ChildSpec spec, std::shared_ptr<ChildReaper> reaper);
    ~ChildProcess() override;

    // The first line of stdout. Errors: timeout; where the child ended before it, what its exit code means
    // (2: invalidInput or busy, 3: refused, 4: notFound, 5: unavailable, else internal) with the last it
    // wrote.
    Task<Result<std::string>> firstLine(Deadline deadline);
    bool running() const override;
    Task<Result<std::string>> finish(Deadline deadline) override;

    std::int64_t pid() const { return pid_; }
    // From here on it lives on its own. Its end is still noticed while this object lives.
    void release() { released_ = true; }

private:
    ChildProcess() = default;
    Error failure() const;
    std::string written(const OwnedFd& file, std::int64_t from) const;

    std::string name_;
    std::int64_t pid_ = 0;
    mutable std::optional<int> exit_; // its exit code, or 128 and the signal's number
    OwnedFd out_;
    OwnedFd err_;              // the same file as out_ where there is a log
    std::int64_t outFrom_ = 0; // where this child's part of it begins
    std::int64_t errFrom_ = 0;
    std::size_t firstLineSize_ = 0;
    bool released_ = false;
    std::shared_ptr<ChildReaper> reaper_;
};

// The environment of a child as "NAME=value": what a program needs of this process's own, and nothing else.
std::vector<std::string> childEnvironment(char** environment);

} // namespace drover
