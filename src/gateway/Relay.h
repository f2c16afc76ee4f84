// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gateway/Asking.h"
#include "gateway/RelayParts.h"
#include "http/Server.h"

#include <optional>
#include <string>

namespace drover::gateway {

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
    http::Async<void> ask();
    http::Async<void> refuseUnanswered();
    http::Async<void> pass(Call& call);
    http::Async<void> passPieces(Call& call);
    http::Async<void> passWhole(Call& call, std::string_view body);
    http::Async<void> passModels(Call& call);
    http::Async<void> refuse(int status, std::string code, std::string message, std::optional<Duration> wait = std::nullopt);
    http::Fields answerFields(Call& call) const;
    void learnOwner(const Call& call);
    void record(const Call* answer);
    void recordAsking(const Call* answer, RequestLine& line);
    // How the last one ended, for evidence and metrics.
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
    std::uint64_t sticky_ = 0;
    http::Cancel cancel_;
    std::optional<Asking> asking_; // none where we refused by ourselves
    bool clientLeft_ = false;
    std::optional<double> ttftMs_;
};

} // namespace drover::gateway
