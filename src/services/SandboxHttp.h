// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Processes.h"

#include "services/HttpClient.h"

namespace drover {

// The sandbox's control address over HTTP.
class SandboxHttp final : public SandboxControl {
public:
    explicit SandboxHttp(HttpClient& http) : http_(http) {}
    Task<Result<SandboxKey>> mint(std::string control, std::string target, Deadline deadline) override;
    Task<Result<SandboxCounts>> counts(std::string control, Deadline deadline) override;

private:
    HttpClient& http_;
};

} // namespace drover
