// SPDX-License-Identifier: Apache-2.0
#include "gateway/Asking.h"

#include "gateway/Decision.h"
#include "protocol/openai/Errors.h"
#include "protocol/routing/Choice.h"

#include <algorithm>

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
    case ErrorClass::network: return !call.timedOut() && !call.result().skipped;
    case ErrorClass::overload:
    case ErrorClass::upstream:
    case ErrorClass::rate: return !call.result().skipped;
    default: return false;
    }
}

RetryHint hintOf(const Call& call, const Clock& clock)
{
    if (!call.answered())
        return {};
    return parseRetryHint(call.result().status, [&](std::string_view name) { return call.head().find(name); }, clock.now());
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
    if (!parts_.health.ready(*who_.key)) {
        const Chosen other = serving_->choose(who_.target, anthropic, subject_.sticky, [this](const OpenKey& key) { return parts_.health.ready(key); });
        if (other) {
            skip(who_, parts_.health.lastFailure(*who_.key));
            who_ = other;
        }
    }
    const bool providerReady = parts_.health.ready(*who_.target, anthropic);
    if (providerReady && parts_.health.ready(*who_.key))
        return false;
    const FallbackCase about{serving_->phase(), parts_.routing.legacyRetired(), isLegacy(who_), bound_};
    if (!fallsBack(about, ErrorClass::network) || !serving_->choose(serving_->legacy(), anthropic, subject_.sticky))
        return false;
    skip(who_, providerReady ? parts_.health.lastFailure(*who_.key) : parts_.health.lastFailure(*who_.target, anthropic));
    return true;
}

void Asking::skip(const Chosen& who, ErrorClass errorClass)
{
    attempts_.emplace_back(serving_, parts_.client, parts_.clock, who);
    attempts_.back().call.skip(errorClass);
}

http::Async<bool> Asking::ask(std::shared_ptr<const Serving> serving, Chosen who)
{
    Attempt& attempt = attempts_.emplace_back(std::move(serving), parts_.client, parts_.clock, std::move(who));
    if (attempt.call.who().key)
        attempt.leave = parts_.health.begin(attempt.call.who(), question_.anthropic);
    question_.firstByteTime = std::min(firstByteTime_, deadline_.left());
    co_await attempt.call.begin(question_, cancel_);
    if (attempt.call.withdrawn()) {
        attempts_.pop_back();
        co_return false;
    }
    if (attempt.call.ok())
        attempt.leave.began();
    else
        attempt.leave.ended(attempt.call.result().errorClass, hintOf(attempt.call, parts_.clock).after.value_or(Duration{0}));
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
    Chosen legacy = now->choose(now->legacy(), question_.anthropic, subject_.sticky, [this](const OpenKey& key) { return parts_.health.ready(key); });
    if (!legacy)
        legacy = now->choose(now->legacy(), question_.anthropic, subject_.sticky);
    return legacy ? std::optional(Step{now, std::move(legacy), {}}) : std::nullopt;
}

std::optional<Asking::Step> Asking::toAnotherKey(const std::shared_ptr<const Serving>& now, const Attempt& last) const
{
    if (!isAboutTheKey(last.call.result().errorClass))
        return std::nullopt;
    Chosen other = now->choose(now->find(last.call.who().target->name), question_.anthropic, subject_.sticky,
                               [this](const OpenKey& key) { return parts_.health.ready(key) && !tried(key); });
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
    if (!who)
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
        if (&one.call == &answer)
            one.leave.ended(answer.result().errorClass);
    }
}

} // namespace drover::gateway
