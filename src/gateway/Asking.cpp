// SPDX-License-Identifier: Apache-2.0
#include "gateway/Asking.h"

#include "gateway/Decision.h"
#include "protocol/openai/Errors.h"
#include "protocol/routing/Choice.h"

#include <algorithm>
#include <cmath>

namespace drover::gateway {
namespace {

constexpr Duration pauseSlice = 20ms; // within which a client's leaving ends a pause

bool isLegacy(const Chosen& who)
{
    return who.target->name == "legacy";
}

// What another key of the same target may mend.
bool isAboutTheKey(ErrorClass errorClass)
{
    return errorClass == ErrorClass::auth || errorClass == ErrorClass::billing || errorClass == ErrorClass::rate;
}

// What may be gone in a moment. A provider that was silent for all of its time is not asked to be silent once more.
bool mayPass(const Call& call)
{
    switch (call.result().errorClass) {
    case ErrorClass::network: return !call.timedOut() && call.result().skipped == AttemptLine::Skipped::no;
    case ErrorClass::overload:
    case ErrorClass::upstream:
    case ErrorClass::rate: return call.result().skipped == AttemptLine::Skipped::no;
    default: return false;
    }
}

RetryHint hintOf(const Call& call, const Clock& clock)
{
    if (!call.answered())
        return {};
    return parseRetryHint(call.result().status, [&](std::string_view name) { return call.head().find(name); }, clock.now());
}

// Whether it has any of the fields that parseRateLimits() asks for.
bool speaksOfLimits(const http::Head& head)
{
    const auto begins = [](std::string_view name, std::string_view with) { return name.size() > with.size() && http::sameName(name.substr(0, with.size()), with); };
    return std::ranges::any_of(head.fields(), [&](const auto& field) { return begins(field.name, "x-ratelimit-") || begins(field.name, "anthropic-ratelimit-"); });
}

} // namespace

Asking::Asking(RelayParts& parts, Question& question, Subject subject, http::Cancel& cancel)
    : parts_(parts), question_(question), subject_(subject), cancel_(cancel),
      deadline_(Deadline::in(parts.clock, parts.settings.wholeTime)), firstByteTime_(question.firstByteTime)
{
}

http::Async<Call*> Asking::run()
{
    bool asked = false;
    while (!asked && !cancel_.fired()) {
        attempts_.clear();
        decide();
        if (!who_.target)
            co_return nullptr;
        asked = detour();
        if (!asked)
            asked = co_await ask(serving_, who_);
    }
    while (!cancel_.fired() && !attempts_.back().call.ok() && !deadline_.passed()) {
        std::optional<Step> step = nextStep();
        if (!step)
            break;
        co_await pause(step->wait);
        if (cancel_.fired())
            break;
        const bool again = step->wait > Duration{0};
        const bool gone = co_await ask(std::move(step->serving), std::move(step->who));
        if (gone && again)
            ++parts_.metrics.retries;
    }
    co_return attempts_.empty() ? nullptr : best();
}

void Asking::decide()
{
    serving_ = parts_.routing.serving();
    leaseOut_ = parts_.routing.leaseExpired();
    bound_ = false;
    std::shared_ptr<const Target> target;
    const std::string& stateId = question_.facts->stateId;
    const std::string owner = stateId.empty() ? parts_.owners.findInPath(subject_.path) : parts_.owners.find(stateId);
    if (!isSplit(subject_.route) || !stateId.empty()) {
        target = owner.empty() ? serving_->defaultTarget() : serving_->find(owner);
        bound_ = true;
    } else if (leaseOut_) {
        target = serving_->legacy();
    }
    if (!target)
        target = bound_ ? serving_->defaultTarget() : serving_->chooseTarget(subject_.sticky);
    // After a restart with a key that cannot be opened, the retirement may be known and its document not served yet.
    if (target && target->name == "legacy" && parts_.routing.legacyRetired() && !serving_->legacyRetired())
        target = nullptr;
    who_ = serving_->choose(std::move(target), question_.anthropic, subject_.sticky);
    decideMirror();
    question_.wantsContent = bool(mirrorTo_);
    question_.stillWanted = [this] { return decisionHolds(); };
}

// An acknowledged generation means that nothing goes out by an older one: what waited for its connection meanwhile is
// decided anew.
bool Asking::decisionHolds() const
{
    return parts_.routing.serving() == serving_ && parts_.routing.leaseExpired() == leaseOut_;
}

// A request whose state one provider keeps cannot be asked of another; embeddings and counts have no text to compare.
void Asking::decideMirror()
{
    mirrorTo_ = mirrorAgain_ = {};
    const auto& document = serving_->document();
    if (bound_ || !who_ || !document || !document->shadow || subject_.route == Route::embeddings || subject_.route == Route::countTokens)
        return;
    const ShadowRule& rule = *document->shadow;
    const std::uint64_t draw = stickyHash(subject_.requestId);
    if (rule.target == who_.target->name || !inSample(draw, saltOf("shadow"), rule.sample))
        return;
    mirrorTo_ = serving_->choose(serving_->find(rule.target), question_.anthropic, subject_.sticky);
    if (mirrorTo_ && inSample(draw, saltOf("again"), rule.again))
        mirrorAgain_ = who_;
}

// What is not asked for a breaker counts as failed the way it failed last: a request that a target could not have
// served is no evidence for it, and clients served by somebody else meanwhile must not make an outage look like little.
bool Asking::detour()
{
    if (!who_)
        return false;
    const bool anthropic = question_.anthropic;
    if (!isFree(*who_.target, *who_.key)) {
        const Chosen other = serving_->choose(who_.target, anthropic, subject_.sticky, [this](const OpenKey& key) { return isFree(*who_.target, key); });
        if (other && !parts_.health.ready(*who_.key)) // one that is at its limit only shares its load
            skip(who_, parts_.health.lastFailure(*who_.key));
        if (other)
            who_ = other;
    }
    const bool providerReady = parts_.health.ready(*who_.target, anthropic);
    if (providerReady && isFree(*who_.target, *who_.key))
        return false;
    const FallbackCase about{serving_->phase(), parts_.routing.legacyRetired(), isLegacy(who_), bound_};
    if (!fallsBack(about, ErrorClass::network) || !serving_->choose(serving_->legacy(), anthropic, subject_.sticky))
        return false;
    if (!providerReady)
        skip(who_, parts_.health.lastFailure(*who_.target, anthropic));
    else if (!parts_.health.ready(*who_.key))
        skip(who_, parts_.health.lastFailure(*who_.key));
    else
        attempts_.emplace_back(serving_, parts_.client, parts_.clock, who_).call.skip(AttemptLine::Skipped::limit, ErrorClass::rate);
    return true;
}

void Asking::skip(const Chosen& who, ErrorClass errorClass)
{
    attempts_.emplace_back(serving_, parts_.client, parts_.clock, who).call.skip(AttemptLine::Skipped::breaker, errorClass);
}

std::string_view Asking::modelOf(const Target& target) const
{
    return target.modelFor(question_.facts->model);
}

// A token is some four characters of English: "How OpenAI counts tokens for rate limits" takes the same rule
// (https://platform.openai.com/docs/guides/rate-limits), and adds what the answer may have at most.
double Asking::expectedTokens() const
{
    constexpr double charactersOfAToken = 4;
    return std::ceil(double(question_.body.size()) / charactersOfAToken) + double(question_.facts->maxTokens);
}

Duration Asking::waitFor(const Target& target, const OpenKey& key) const
{
    if (!target.limits.any() || question_.facts->model.empty())
        return Duration{0};
    return parts_.limits.wait(target, key, modelOf(target), expectedTokens());
}

bool Asking::isFree(const Target& target, const OpenKey& key) const
{
    return parts_.health.ready(key) && waitFor(target, key) <= Duration{0};
}

http::Async<bool> Asking::takeTurn(const Chosen& who, Limits::Place& place)
{
    if (!who.key || !who.target->limits.any() || question_.facts->model.empty())
        co_return true;
    const std::uint64_t caller = stickyHash(question_.body) ^ (subject_.token * 0x9E3779B97F4A7C15U);
    Limits::Turn turn = parts_.limits.take(who, modelOf(*who.target), caller, expectedTokens());
    if (turn.wait > Duration{0} && turn.wait <= who.target->limits.wait && turn.wait < deadline_.left()) {
        co_await pause(turn.wait);
        if (cancel_.fired())
            co_return false; // its place lapses
        turn = parts_.limits.take(who, modelOf(*who.target), caller, expectedTokens());
    }
    if (turn.wait > Duration{0}) {
        refusedFor_ = turn.wait;
        co_return false;
    }
    place = std::move(turn.place);
    co_return true;
}

void Asking::learn(const Call& call, Duration leaveAlone)
{
    const Chosen& who = call.who();
    if (!call.answered() || !who.key || !who.target->limits.any() || question_.facts->model.empty())
        return;
    RateLimits told;
    if (speaksOfLimits(call.head()))
        told = parseRateLimits([&](std::string_view name) { return call.head().find(name); }, parts_.clock.now());
    else if (leaveAlone <= Duration{0})
        return;
    parts_.limits.learn(who, modelOf(*who.target), told, leaveAlone);
}

http::Async<bool> Asking::ask(std::shared_ptr<const Serving> serving, Chosen who)
{
    Attempt& attempt = attempts_.emplace_back(std::move(serving), parts_.client, parts_.clock, std::move(who));
    const bool mayGo = co_await takeTurn(attempt.call.who(), attempt.place);
    if (!mayGo) {
        attempt.call.skip(AttemptLine::Skipped::limit, cancel_.fired() ? ErrorClass::aborted : ErrorClass::rate);
        co_return true;
    }
    if (attempt.call.who().key)
        attempt.leave = parts_.health.begin(attempt.call.who(), question_.anthropic);
    question_.firstByteTime = std::min(firstByteTime_, deadline_.left());
    co_await attempt.call.begin(question_, cancel_);
    if (attempt.call.withdrawn()) {
        attempt.place.withdraw();
        attempts_.pop_back();
        co_return false;
    }
    const ErrorClass errorClass = attempt.call.result().errorClass;
    const Duration leaveAlone = hintOf(attempt.call, parts_.clock).after.value_or(Duration{0});
    learn(attempt.call, errorClass == ErrorClass::rate ? leaveAlone : Duration{0});
    if (errorClass == ErrorClass::ok) {
        attempt.leave.began();
        co_return true;
    }
    attempt.leave.ended(errorClass, leaveAlone);
    if (attempt.call.answered())
        attempt.place.settle(0); // what was refused has cost no tokens
    co_return true;
}

// Everything is asked of what is served now: legacy may have been retired, and keys changed, since the first choice.
std::optional<Asking::Step> Asking::nextStep()
{
    const std::shared_ptr<const Serving> now = parts_.routing.serving();
    Attempt& last = attempts_.back();
    question_.stillWanted = [this, now] { return parts_.routing.serving() == now; };
    if (auto step = toLegacy(now, last))
        return step;
    if (auto step = toAnotherKey(now, last))
        return step;
    return sameAgain(now, last);
}

std::optional<Asking::Step> Asking::toLegacy(const std::shared_ptr<const Serving>& now, const Attempt& last) const
{
    const FallbackCase about{serving_->phase(), parts_.routing.legacyRetired(), isLegacy(last.call.who()), bound_};
    if (!fallsBack(about, last.call.result().errorClass))
        return std::nullopt;
    const auto target = now->legacy();
    Chosen legacy = now->choose(target, question_.anthropic, subject_.sticky, [&](const OpenKey& key) { return isFree(*target, key); });
    if (!legacy)
        legacy = now->choose(now->legacy(), question_.anthropic, subject_.sticky);
    return legacy ? std::optional(Step{now, std::move(legacy), {}}) : std::nullopt;
}

std::optional<Asking::Step> Asking::toAnotherKey(const std::shared_ptr<const Serving>& now, const Attempt& last) const
{
    if (!isAboutTheKey(last.call.result().errorClass))
        return std::nullopt;
    const auto target = now->find(last.call.who().target->name);
    Chosen other = now->choose(target, question_.anthropic, subject_.sticky, [&](const OpenKey& key) { return isFree(*target, key) && !tried(key); });
    return other ? std::optional(Step{now, std::move(other), {}}) : std::nullopt;
}

std::optional<Asking::Step> Asking::sameAgain(const std::shared_ptr<const Serving>& now, Attempt& last)
{
    const Call& call = last.call;
    if (retries_ >= parts_.settings.retries || !mayPass(call) || !parts_.health.mayRetry(*call.who().target, question_.anthropic))
        return std::nullopt;
    ApiError error = call.answered() ? parseError(call.result().status, call.first()) : ApiError{ErrorClass::network, 0, {}, {}, {}, true};
    error.errorClass = call.result().errorClass;
    const auto wait = retryDelay(error, hintOf(call, parts_.clock), int(retries_), parts_.random);
    if (!wait || waited_ + *wait > parts_.settings.retryWait || *wait >= deadline_.left())
        return std::nullopt;
    Chosen who = now->choose(now->find(call.who().target->name), question_.anthropic, subject_.sticky);
    if (!who || waitFor(*who.target, *who.key) > *wait)
        return std::nullopt;
    ++retries_;
    waited_ += *wait;
    return Step{now, std::move(who), std::max(*wait, Duration{1})};
}

http::Async<void> Asking::pause(Duration wait)
{
    const Deadline over = Deadline::in(parts_.clock, wait);
    while (!over.passed() && !cancel_.fired())
        co_await http::Loop::sleep(std::min(over.left(), pauseSlice));
}

bool Asking::tried(const OpenKey& key) const
{
    return std::ranges::any_of(attempts_, [&](const Attempt& one) { return one.call.who().key && one.call.who().key->id == key.id; });
}

Call* Asking::best()
{
    const auto isFallback = [](const Attempt& one) { return isLegacy(one.call.who()); };
    Call& last = attempts_.back().call;
    if (!isLegacy(who_) && std::ranges::any_of(attempts_, isFallback))
        ++parts_.metrics.fallbacks;
    for (Attempt& one : attempts_) {
        if (isLegacy(last.who()) && !isLegacy(one.call.who()))
            one.call.result().errorClass = afterFallback(one.call.result().errorClass, last.result().errorClass);
    }
    if (last.ok())
        return &last;
    // All refused: what the client did wrong says more than that somebody is ill.
    const auto pick = [this](auto fits) {
        const auto found = std::find_if(attempts_.rbegin(), attempts_.rend(), [&](const Attempt& one) { return one.call.answered() && fits(one.call); });
        return found == attempts_.rend() ? nullptr : &found->call;
    };
    if (Call* const refused = pick([](const Call& one) { return one.result().errorClass == ErrorClass::client; }))
        return refused;
    return pick([](const Call&) { return true; });
}

void Asking::settle(const Call& answer)
{
    for (Attempt& one : attempts_) {
        if (&one.call != &answer || !answer.answered())
            continue;
        const AttemptResult& result = answer.result();
        one.leave.ended(result.errorClass);
        if (result.inputTokens || result.outputTokens)
            one.place.settle(double(result.inputTokens.value_or(0) + result.outputTokens.value_or(0)));
    }
}

} // namespace drover::gateway
