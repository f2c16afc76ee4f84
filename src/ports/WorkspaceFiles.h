// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "ports/Subscription.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace drover {

struct WorkspaceFile {
    std::string name; // relative to the workspace, "gateway/requests/gw-2026-11-22.jsonl"
    std::uint64_t size = 0;
};

// The workspace's folder as text files, by names relative to it ("drover.toml"); names that lead out of it are
// refused. Errors: notFound, io with the path.
class WorkspaceFiles {
public:
    virtual ~WorkspaceFiles() = default;
    virtual Task<Result<std::string>> read(std::string name) = 0;
    // At most `most` bytes from `offset` on; empty at the end. Never blocks the event loop for long.
    virtual Task<Result<std::string>> readPart(std::string name, std::uint64_t offset, std::size_t most) = 0;
    // Replaced atomically, mode 0600.
    virtual Task<Result<void>> write(std::string name, std::string text) = 0;
    // The right to read, change and write what `name` stands for, held while the owner lives: of all processes of this
    // machine one has it, and waits at most until the deadline for it. A lock file beside it; the file itself may be
    // replaced meanwhile. Errors: timeout.
    virtual Task<Result<std::unique_ptr<Subscription>>> lock(std::string name, Deadline deadline) = 0;
    // The files directly in a folder, by name; empty where there is no such folder.
    virtual Task<Result<std::vector<WorkspaceFile>>> list(std::string folder) = 0;
};

} // namespace drover
