// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/EvidenceSource.h"

#include "services/Worker.h"

#include <filesystem>
#include <memory>

namespace drover {

// The evidence files of the workspace, gateway/evidence/*.jsonl, read as they grow. A line that is none is
// skipped and counted.
class FileEvidence final : public EvidenceSource {
public:
    explicit FileEvidence(const std::filesystem::path& folder);
    ~FileEvidence() override;

    Task<Result<EvidenceWindow>> window(EvidenceQuery query, Deadline deadline) override;
    Task<Result<std::vector<LatencyPoint>>> series(WallTime from, Duration bucket,
                                                   Deadline deadline) override;
    // Lines that could not be read so far.
    Task<Result<std::uint64_t>> badLines(Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_; // touched in the worker's thread only
    Worker worker_{"drover-evidence"};
};

} // namespace drover
