// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/ErrorClass.h"
#include "domain/latency/Histogram.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace drover {

// What was seen of one target (or one key of it) since a step began: every attempt, by class, and how long it took.
struct TargetEvidence {
    std::array<std::uint64_t, errorClassCount> byClass{};
    Histogram firstBytePlain;    // ms from sending the request to the first body byte, answers without streaming
    Histogram firstByteStreamed; // the same for streamed answers
    Histogram total;             // ms to the last byte
    Histogram outputTokens;      // length of the answers, in tokens
    std::map<std::string, std::uint64_t> finishReasons;
    std::uint64_t inputTokens = 0;
    std::uint64_t cachedTokens = 0;
    std::uint64_t outputTokensSum = 0;

    std::uint64_t requests() const; // attempts that are evidence (no client, no aborted)
    std::uint64_t errors() const;   // of those, the ones that count against the target
    void add(const TargetEvidence& other);
    bool operator==(const TargetEvidence&) const = default;
};

// Shadow pairs on prompts that legacy was asked twice: L, L' (legacy again) and H (the new target).
struct PairEvidence {
    std::uint64_t pairs = 0;        // prompts with L and H
    std::uint64_t diverged = 0;     // of those, H differs from L
    std::uint64_t triples = 0;      // prompts with L, L' and H: only these are judged
    std::uint64_t onlyNew = 0;      // b: H differs from L and L' does not
    std::uint64_t onlyAgain = 0;    // c: L' differs from L and H does not
    std::uint64_t both = 0;         // both differ

    void add(const PairEvidence& other);
    bool operator==(const PairEvidence&) const = default;
};

// Everything the gates of one step look at.
struct StepEvidence {
    TargetEvidence legacy;
    TargetEvidence target;
    PairEvidence pairs;
    // Sticky keys and requests as the clients saw them, for the served share.
    std::uint64_t clientRequests = 0;
    std::uint64_t clientRequestsOnTarget = 0; // by the target first chosen, whatever answered in the end
    std::uint64_t clientFailures = 0;         // answers to clients that were no answer: 5xx, network, cut
    std::uint64_t stickyKeys = 0;             // distinct, estimated
    std::uint64_t stickyKeysOnTarget = 0;
    bool operator==(const StepEvidence&) const = default;
};

} // namespace drover
