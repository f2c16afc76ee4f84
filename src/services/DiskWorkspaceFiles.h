// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/WorkspaceFiles.h"

#include "services/Worker.h"

#include <filesystem>

namespace drover {

// The workspace's files on disk, read and written in a thread of their own.
class DiskWorkspaceFiles final : public WorkspaceFiles {
public:
    explicit DiskWorkspaceFiles(std::filesystem::path workspace) : workspace_(std::move(workspace)) {}

    Task<Result<std::string>> read(std::string name) override;
    Task<Result<std::string>> readPart(std::string name, std::uint64_t offset, std::size_t most) override;
    Task<Result<void>> write(std::string name, std::string text) override;
    Task<Result<std::unique_ptr<Subscription>>> lock(std::string name, Deadline deadline) override;
    Task<Result<std::vector<WorkspaceFile>>> list(std::string folder) override;

private:
    std::filesystem::path workspace_;
    Worker worker_{"drover-files"};
};

} // namespace drover
