// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Controller.h"
#include "app/Machine.h"
#include "app/SandboxSetup.h"

#include "domain/migration/MigrationFacts.h"

#include <filesystem>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace drover::app {

struct DemoOptions {
    std::filesystem::path folder;
    std::string scenario = "healthy";
    bool fast = true;             // 90 s in all
    double rate = 0;              // requests a second; 0 = as fast as the demo's pace asks
    std::optional<std::uint64_t> seed;
};

// contracts.md, `demo`.
struct DemoResult {
    Phase phase = Phase::idle;
    std::string why;
    std::uint64_t clientRequests = 0;
    std::uint64_t clientFailures = 0;
    std::map<std::string, std::uint64_t> upstream;  // requests counted at the sandbox
    std::string rotation = "none";                  // done, failed, none
    std::string rotationKey;
    double seconds = 0;
    MigrationFacts facts;                           // for the report
};
std::string demoJson(const DemoResult& result, const std::string& report);
// 0 done, 3 rolled back or paused, 1 a failed rotation or a failed client request.
int demoExit(const DemoResult& result);

// A whole migration in the sandbox, on real HTTP.
class Demo {
public:
    explicit Demo(Machine& machine) : machine_(machine) {}
    Task<Result<DemoResult>> run(DemoOptions options);
    void onProgress(std::function<void(std::string)> callback) { progress_ = std::move(callback); }

private:
    class Watch;
    // What an earlier demo left paused in the workspace is rolled back before a new one begins.
    Task<Result<void>> endEarlier(Ports& ports);
    // The end of the migration, or paused where the demo gives up.
    Task<Result<Phase>> migrate(Ports& ports, Child& load, std::optional<Deadline> limit);
    void say(std::string text) const;

    Machine& machine_;
    std::function<void(std::string)> progress_;
};

} // namespace drover::app
