// SPDX-License-Identifier: Apache-2.0
#include "sandbox/load/LoadRun.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace drover::sandbox {
namespace {

using http::Async;

// So that a stop is noticed soon, however far apart the plan's requests are.
constexpr Duration longestNap = 100ms;
constexpr Duration afterCancel = 1s; // calls that were given up end at their next step

http::ClientOptions loadClientOptions()
{
    http::ClientOptions options;
    options.firstByteTime = 30s;
    options.bodyIdleTime = 30s;
    options.idlePerOrigin = 1024;
    options.resend = false;
    return options;
}

} // namespace

LoadRun::LoadRun(http::Loop& loop, LoadOptions options, LoadPlan plan, http::Url target, Secret token)
    : loop_(loop),
      options_(std::move(options)),
      plan_(std::move(plan)),
      target_(std::move(target)),
      token_(std::move(token)),
      client_(loop, loadClientOptions())
{}

LoadRun::~LoadRun()
{
    if (log_ != nullptr)
        std::fclose(log_);
}

Result<void> LoadRun::openLog()
{
    if (options_.log.empty())
        return {};
    log_ = std::fopen(options_.log.c_str(), "we");
    if (log_ == nullptr)
        return Error{Errc::invalidInput, std::string("cannot write: ") + std::strerror(errno), "--log " + options_.log};
    return {};
}

void LoadRun::start()
{
    loop_.spawn(sendAll());
}

Async<void> LoadRun::sendAll()
{
    const auto& clock = loop_.clock();
    began_ = clock.steady();
    const auto end = options_.seconds > 0 ? fromSeconds(options_.seconds) : Duration::max();
    auto item = plan_.next();
    while (!stopping_ && clock.steady() - began_ < end) {
        const auto wait = std::min(item.at, end) - (clock.steady() - began_);
        if (wait > Duration{0}) {
            co_await http::Loop::sleep(std::min(wait, longestNap));
            continue;
        }
        loop_.spawn(sendOne(std::move(item)));
        item = plan_.next();
    }
    ended_ = clock.steady();
    const auto patience = Deadline::in(clock, fromSeconds(options_.patience));
    while (!outstanding_.empty() && !patience.passed())
        co_await http::Loop::sleep(10ms);
    // What still hangs has failed, and is counted so by sendOne().
    for (http::Cancel* call : outstanding_)
        call->fire();
    const auto over = Deadline::in(clock, afterCancel);
    while (!outstanding_.empty() && !over.passed())
        co_await http::Loop::sleep(1ms);
    for (std::size_t i = 0; i < outstanding_.size(); ++i)
        result_.add(ErrorClass::network, "none", 0, 0);
    loop_.stop();
}

Async<void> LoadRun::sendOne(LoadItem item)
{
    const auto& clock = loop_.clock();
    const auto sent = clock.steady();
    http::Cancel cancel;
    outstanding_.insert(&cancel);
    http::Outgoing request;
    request.method = "POST";
    request.target = target_.path + "/chat/completions";
    request.fields.add("content-type", "application/json");
    token_.reveal([&](std::string_view plain) {
        std::string bearer = "Bearer ";
        bearer += plain;
        request.fields.add("authorization", bearer);
        wipe(bearer);
    });
    request.body = item.body;

    int status = 0;
    double firstByteMs = 0;
    auto outcome = ErrorClass::ok;
    std::string target = "none";
    auto answer = co_await client_.send(target_, request, cancel);
    if (!answer.has_value()) {
        outcome = ErrorClass::network;
    } else {
        auto& exchange = **answer;
        status = exchange.head().status();
        if (const auto name = exchange.head().find("x-drover-target"))
            target = *name;
        std::string body;
        while (true) {
            const auto piece = co_await exchange.body().next();
            if (!piece.has_value()) {
                outcome = ErrorClass::cut;
                break;
            }
            if (piece->empty())
                break;
            if (body.empty())
                firstByteMs = milliseconds(clock.steady() - sent);
            body += *piece;
        }
        if (outcome == ErrorClass::ok)
            outcome = classOfAnswer(status, item.stream, body);
    }
    const auto ms = milliseconds(clock.steady() - sent);
    result_.add(outcome, target, ms, firstByteMs);
    note(item, sent, status, outcome, target, ms);
    outstanding_.erase(&cancel);
}

void LoadRun::note(const LoadItem& item, SteadyTime sent, int status, ErrorClass outcome, std::string_view target,
                   double ms)
{
    if (log_ == nullptr)
        return;
    const std::string who(target == "none" ? "null" : "\"" + std::string(target) + "\"");
    const std::string what(errorClassName(outcome));
    std::fprintf(log_,
                 R"({"ns":%lld,"status":%d,"class":"%s","target":%s,"ms":%.3f,"stream":%s,"user":"%s"})"
                 "\n",
                 static_cast<long long>(std::chrono::nanoseconds{sent.time_since_epoch()}.count()), status, what.c_str(),
                 who.c_str(), ms, item.stream ? "true" : "false", item.user.c_str());
}

} // namespace drover::sandbox
