// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/gates/Evidence.h"
#include "domain/gates/Gate.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::app {

struct ReplayOptions {
    std::string prompts;              // the file's text: JSONL of chat bodies or {"prompt":…}, or one prompt a line
    std::string model = "gpt-4.1";    // for prompts that name none
    std::string legacy = "legacy";
    std::string target = "holysheep";
    double divergenceLimit = 0.02;
    double addedLatencyLimitMs = 50;
};
struct ReplayRow {                    // one prompt; no bodies
    std::size_t line = 0;
    bool answered = false;            // all three were ok
    bool diverged = false;            // HolySheep from legacy
    bool noise = false;               // legacy again from legacy
    std::string why;                  // what differed, or which call failed
    double legacyMs = 0, againMs = 0, targetMs = 0;
};
struct ReplayResult {
    std::vector<ReplayRow> rows;
    PairEvidence pairs;
    std::vector<GateResult> gates;    // divergence, added latency
};

// Each prompt of a file to both targets, legacy twice, straight from this machine: for those who have no gateway in
// production yet. Errors: refused without consent; invalidInput with the line; those of the keys.
class ShadowReplay {
public:
    explicit ShadowReplay(Ports& ports) : ports_(ports) {}
    Task<Result<ReplayResult>> run(ReplayOptions options);
    void onProgress(std::function<void(std::size_t done, std::size_t all)> callback) { progress_ = std::move(callback); }

private:
    Task<Result<Secret>> keyOf(std::string target);

    Ports& ports_;
    std::function<void(std::size_t, std::size_t)> progress_;
};

// The chat bodies of a prompts file. Errors: invalidInput with "line n".
Result<std::vector<std::string>> readPrompts(std::string_view text, std::string_view model);
std::string replayJson(const ReplayResult& result);

} // namespace drover::app
