// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "domain/gates/ErrorClass.h"
#include "domain/gates/Evidence.h"
#include "domain/gates/RequestRole.h"
#include "gateway/FileWriter.h"
#include "gateway/Serving.h"
#include "protocol/usage/RequestLine.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>

namespace drover::gateway {

// What became of one attempt at a provider.
struct AttemptResult {
    std::shared_ptr<const Target> target;
    std::shared_ptr<const OpenKey> key;
    int status = 0;
    ErrorClass errorClass = ErrorClass::network;
    std::optional<double> firstByteMs; // to the first body byte
    double ms = 0;
    // Not asked: its breaker was open, and the class is that of what failed before; or a limit was reached.
    AttemptLine::Skipped skipped = AttemptLine::Skipped::no;
    std::optional<std::uint64_t> inputTokens, cachedTokens, outputTokens;
    std::string finishReason;
};

// Collects request lines and the evidence of the current second, and hands both to the writer: lines every 100 ms or
// so, evidence when its second is over. Used on the loop's thread.
class Recorder {
public:
    Recorder(const Clock& clock, FileWriter& writer, std::filesystem::path folder, std::string gateway);

    void line(const RequestLine& line);
    void attempt(const std::shared_ptr<const Serving>& serving, const AttemptResult& result, std::string_view model,
                 RequestRole role, bool stream);
    // A client's request: the target first chosen, and whether the client got a failure.
    void client(const std::shared_ptr<const Serving>& serving, const std::string& target, std::uint64_t sticky, bool failed);
    void pair(const std::shared_ptr<const Serving>& serving, const std::string& target, const PairEvidence& pair);

    // Writes what is due; call it every 50 ms or so.
    void tick();
    // Writes everything, also of the second that is not over.
    void flush();

private:
    // Generation, target, model, key, role. The serving keeps migration, phase and step.
    using AttemptKey = std::tuple<std::shared_ptr<const Serving>, std::string, std::string, std::string, RequestRole>;
    using TargetKey = std::pair<std::shared_ptr<const Serving>, std::string>;
    struct ClientCounts {
        std::uint64_t requests = 0;
        std::uint64_t failures = 0;
        std::unordered_set<std::uint64_t> sticky;
    };

    void flushLines();
    void flushSecond();
    void beginSecond();

    const Clock& clock_;
    FileWriter& writer_;
    std::filesystem::path folder_;
    std::string gateway_;
    std::string lines_;
    SteadyTime linesSince_{};
    std::chrono::sys_seconds second_{};
    std::map<AttemptKey, TargetEvidence> attempts_;
    std::map<TargetKey, ClientCounts> clients_;
    std::map<TargetKey, PairEvidence> pairs_;
};

} // namespace drover::gateway
