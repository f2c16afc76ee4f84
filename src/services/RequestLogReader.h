// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/UsageSource.h"

#include "services/Worker.h"

#include <filesystem>
#include <memory>

namespace drover {

// The workspace's own request log, gateway/requests/*.jsonl, added up by day, target, model and role as it
// grows.
class RequestLogReader final : public UsageSource {
public:
    explicit RequestLogReader(const std::filesystem::path& folder);
    ~RequestLogReader() override;

    Task<Result<std::vector<UsageGroup>>> groups(UsageQuery query, Deadline deadline) override;

private:
    struct State;
    std::filesystem::path folder_;
    std::shared_ptr<State> state_; // touched in the worker's thread only
    Worker worker_{"drover-usage"};
};

} // namespace drover
