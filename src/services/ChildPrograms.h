// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Processes.h"

#include "services/ChildProcess.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace drover {

// drover-gateway and drover-sandbox, found in the folder of the running program.
class ChildPrograms final : public Processes {
public:
    explicit ChildPrograms(std::filesystem::path folder);

    Task<Result<Started<GatewayProcess>>> gateway(GatewayStart start, Secret kekLines,
                                                  Deadline deadline) override;
    Task<Result<Started<SandboxProcess>>> sandbox(SandboxStart start, Deadline deadline) override;
    Task<Result<std::unique_ptr<Child>>> load(LoadStart start, Secret token, Deadline deadline) override;
    Task<Result<void>> stopGateway(std::string control, std::int64_t pid, Deadline deadline) override;

private:
    Result<std::filesystem::path> program(const char* name) const;

    std::filesystem::path folder_;
    std::shared_ptr<ChildReaper> reaper_ = std::make_shared<ChildReaper>();
    std::vector<std::unique_ptr<ChildProcess>> outliving_; // kept so that their end is noticed
};

// First lines of stdout. Errors: protocol, naming the field.
Result<GatewayProcess> parseGatewayProcess(const std::string& line);
Result<SandboxProcess> parseSandboxProcess(const std::string& line);

} // namespace drover
