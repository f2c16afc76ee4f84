// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/TextTrees.h"

#include "services/Worker.h"

namespace drover {

// Trees on this machine's disk, read in a thread of their own; their history by the `git` on PATH.
class DiskTextTrees final : public TextTrees {
public:
    Task<Result<TreeTotals>> read(std::vector<std::filesystem::path> paths, bool history,
                                  std::function<void(const TreeText&)> each, Deadline deadline) override;

private:
    Worker worker_{"drover-trees"};
};

} // namespace drover
