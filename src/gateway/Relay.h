// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "gateway/Call.h"
#include "gateway/Decision.h"
#include "gateway/Metrics.h"
#include "gateway/Mirror.h"
#include "gateway/Owners.h"
#include "gateway/Recorder.h"
#include "gateway/RoutingWatch.h"
#include "gateway/TokenGuard.h"
#include "http/Server.h"

#include <optional>
#include <string>
#include <vector>

namespace drover::gateway {

struct RelaySettings {
    std::size_t bodyLimit = 32 * 1024 * 1024;
    Duration firstByteStreamed = 60s; // a stream that has not begun by then is tried elsewhere
    Duration firstBytePlain = 300s;   // a whole answer may take as long as it is written
    std::vector<std::string> sticky;  // [gateway] sticky
};

// What all requests share. Everything here outlives the server.
struct RelayParts {
    const Clock& clock;
    http::Client& client;
    RoutingWatch& routing;
    TokenGuard& tokens;
    Owners& owners;
    Recorder& recorder;
    Metrics& metrics;
    Mirror& mirror;
    Random& random;
    RelaySettings settings;
};

// The way of one client's request: who is it, where does it go, ask, fall back, pass on, record.
class Relay {
public:
    Relay(RelayParts& parts, http::Request& request, http::Responder& responder);

    http::Async<void> run();

private:
    http::Async<bool> admit();
    http::Async<bool> readBody();
    http::Async<bool> checkScope();
    std::optional<std::string> forbiddenModel() const;
    void abandon();
    void prepare();
    // Whom to ask, by the generation that is served now.
    void decide();
    void decideMirror();
    bool decisionHolds();
    http::Async<void> ask();
    // The call whose answer the client gets; null where nobody answered.
    http::Async<Call*> callWithFallback();
    // Leaves second_ empty where legacy may not or cannot be asked.
    http::Async<void> callLegacy();
    http::Async<void> refuseUnanswered();
    http::Async<void> pass(Call& call);
    http::Async<void> passPieces(Call& call);
    http::Async<void> passWhole(Call& call, std::string_view body);
    http::Async<void> passModels(Call& call);
    http::Async<void> refuse(int status, std::string code, std::string message, std::optional<Duration> wait = std::nullopt);
    http::Fields answerFields(Call& call) const;
    void learnOwner(const Call& call);
    void record(Call* answer);
    void recordAttempts();
    void mirror(Call& call);
    double sinceArrivalMs() const;

    RelayParts& parts_;
    http::Request& request_;
    http::Responder& responder_;
    WallTime arrivedAt_;
    SteadyTime arrived_;
    std::string id_;
    bool anthropic_ = false;
    Route route_ = Route::other;
    std::optional<TokenGuard::Client> client_;
    std::string body_;
    RequestFacts facts_;
    http::Fields fields_;
    Question question_;
    std::shared_ptr<const Serving> serving_;  // of the first choice
    std::shared_ptr<const Serving> fallback_; // of the second
    bool leaseOut_ = false;   // had the lease run out at the first choice
    std::uint64_t sticky_ = 0;
    bool bound_ = false;      // to a target that keeps state for it
    Chosen who_;              // first choice
    Chosen mirrorTo_;
    Chosen mirrorAgain_;
    std::optional<Call> first_, second_;
    http::Cancel cancel_;
    bool clientLeft_ = false;
    bool refused_ = false;    // by us, before anybody was chosen
    std::optional<double> ttftMs_;
};

} // namespace drover::gateway
