// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "gateway/Recorder.h"
#include "gateway/Serving.h"
#include "http/Client.h"
#include "protocol/openai/AnswerWatch.h"
#include "protocol/openai/RequestFacts.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drover::gateway {

// What is asked of a provider; the same for every attempt of a request.
struct Question {
    std::string_view method;
    std::string_view target;        // path and query as the client sent them, "/v1/…"
    const http::Fields* fields = nullptr; // the client's, filtered
    std::string_view body;
    const RequestFacts* facts = nullptr;
    bool anthropic = false;
    bool split = false;             // an answer stream must end as its dialect says
    bool wantsContent = false;
    Duration firstByteTime{};
    std::function<bool()> stillWanted; // see http::Outgoing
};

// One call of one provider: asks, waits for the first byte of the answer's body, then gives the rest piece by piece,
// watching it go by. Errors (4xx, 5xx) are read whole at once.
class Call {
public:
    static constexpr std::size_t errorLimit = 1024 * 1024;

    Call(http::Client& client, const Clock& clock, Chosen who);

    // Ends with the first piece, or with a failure; result().errorClass says which. Without a key nobody is asked, and
    // the class is auth: so would the provider have said.
    http::Async<void> begin(const Question& question, http::Cancel& cancel);
    bool ok() const { return result_.errorClass == ErrorClass::ok; }
    // Instead of begin(): nobody is asked, and the attempt counts as failed so.
    void skip(AttemptLine::Skipped why, ErrorClass errorClass);
    // Whether nothing was sent because the question was not wanted any more.
    bool withdrawn() const { return withdrawn_; }
    // Whether it failed because no first byte came in time.
    bool timedOut() const { return timedOut_; }
    // Whether the provider answered at all, so that its answer may be relayed.
    bool answered() const { return exchange_ != nullptr && answered_; }

    const http::Head& head() const { return exchange_->head(); }
    std::string_view first() const { return first_; } // first piece; of an error the whole body
    // The next piece, empty at the end. Errors as Body::next().
    http::Async<Result<std::string_view>> next();
    // Looks at a piece that has been passed on.
    void watch(std::string_view piece) { watch_->feed(piece); }
    // The answer is over: classes it and fills in what was seen.
    void finish();
    void end(ErrorClass errorClass);

    AttemptResult& result() { return result_; }
    const AttemptResult& result() const { return result_; }
    const AnswerFacts& facts() const { return watch_->facts(); }
    const Chosen& who() const { return who_; }

private:
    http::Outgoing compose(const Question& question, std::string& renamed) const;
    http::Async<void> readError();
    void fail(const Error& error);
    double elapsedMs() const;

    http::Client& client_;
    const Clock& clock_;
    Chosen who_;
    AttemptResult result_;
    SteadyTime started_{};
    std::unique_ptr<http::Exchange> exchange_;
    std::optional<AnswerWatch> watch_;
    std::string_view first_;
    std::string error_; // a whole error body
    bool answered_ = false;
    bool withdrawn_ = false;
    bool timedOut_ = false;
    bool events_ = false;
    bool split_ = false;
};

} // namespace drover::gateway
