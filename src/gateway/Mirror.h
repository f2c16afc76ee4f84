// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gateway/Call.h"
#include "gateway/Metrics.h"
#include "gateway/Recorder.h"
#include "gateway/RoutingWatch.h"
#include "http/Loop.h"
#include "protocol/openai/RequestFacts.h"

#include <deque>
#include <memory>
#include <string>

namespace drover::gateway {

// A client's request that legacy has answered, to be asked of the new target as well.
struct MirrorJob {
    std::shared_ptr<const Serving> serving;
    Chosen target;
    Chosen again;              // legacy a second time; empty where not
    std::string requestId;
    Route route = Route::other;
    bool anthropic = false;
    std::string path;          // path and query
    http::Fields fields;
    std::string body;
    RequestFacts facts;
    AnswerContent legacy;      // what the client was answered
    Duration firstByteTime{};
};

// Asks mirrored requests beside the clients' own: after them, a bounded number at a time, and drops what does not fit
// into its queue or is out of date when its turn comes, counted. Tools are never run: an answer is only compared.
class Mirror {
public:
    static constexpr std::size_t maxRunning = 128;
    static constexpr std::size_t maxWaiting = 2000;
    static constexpr std::size_t maxWaitingBytes = 64 * 1024 * 1024;

    Mirror(http::Loop& loop, http::Client& client, RoutingWatch& routing, Recorder& recorder, Metrics& metrics);

    void offer(MirrorJob job);
    std::size_t waiting() const { return queue_.size(); }
    std::size_t running() const { return running_; }
    // Forgets what waits; what runs ends by itself.
    void clear();

private:
    http::Async<void> work();
    http::Async<void> run(MirrorJob job);
    // Whether the generation that asked for this mirrors to it still, with this key: a canary, a rollback or a change of
    // keys that has been acknowledged ends what waits.
    bool wanted(const MirrorJob& job, const Chosen& who) const;
    // Asks one target to the end and records it; the answer's content where it was a good one.
    http::Async<std::optional<AnswerContent>> ask(const MirrorJob& job, Chosen who, RequestRole role);
    void compare(const MirrorJob& job, const std::optional<AnswerContent>& fresh, const std::optional<AnswerContent>& again);

    http::Loop& loop_;
    http::Client& client_;
    RoutingWatch& routing_;
    Recorder& recorder_;
    Metrics& metrics_;
    std::deque<MirrorJob> queue_;
    std::size_t queuedBytes_ = 0;
    std::size_t running_ = 0;
};

} // namespace drover::gateway
