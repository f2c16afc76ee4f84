// SPDX-License-Identifier: Apache-2.0
#include "gateway/ProviderHealth.h"

namespace drover::gateway {
namespace {

enum class Verdict { good, bad, silent };

Verdict ofProvider(ErrorClass errorClass)
{
    switch (errorClass) {
    case ErrorClass::overload:
    case ErrorClass::upstream:
    case ErrorClass::network:
    case ErrorClass::cut:
    case ErrorClass::streamError: return Verdict::bad;
    case ErrorClass::aborted: return Verdict::silent;
    default: return Verdict::good; // it answered
    }
}

Verdict ofKey(ErrorClass errorClass)
{
    switch (errorClass) {
    case ErrorClass::auth:
    case ErrorClass::billing:
    case ErrorClass::rate: return Verdict::bad;
    case ErrorClass::ok:
    case ErrorClass::client:
    case ErrorClass::incompatible:
    case ErrorClass::cut:
    case ErrorClass::streamError: return Verdict::good; // it was let in
    default: return Verdict::silent;
    }
}

} // namespace

ProviderHealth::ProviderHealth(const Clock& clock, Log& log, BreakerRule rule) : clock_(clock), log_(log), rule_(rule) {}

ProviderHealth::~ProviderHealth() = default;

ProviderHealth::Leave& ProviderHealth::Leave::operator=(Leave&& other) noexcept
{
    if (this == &other)
        return *this;
    release();
    health_ = std::exchange(other.health_, nullptr);
    provider_ = std::move(other.provider_);
    key_ = std::move(other.key_);
    providerTicket_ = other.providerTicket_;
    keyTicket_ = other.keyTicket_;
    told_ = other.told_;
    return *this;
}

void ProviderHealth::Leave::release()
{
    if (std::exchange(health_, nullptr) == nullptr)
        return;
    provider_->breaker.release(providerTicket_);
    if (key_)
        key_->breaker.release(keyTicket_);
}

void ProviderHealth::Leave::began()
{
    const bool probe = providerTicket_.probe || keyTicket_.probe;
    if (health_ == nullptr || !probe)
        return;
    health_->settle(*this, ErrorClass::ok, {});
    told_ = true;
    providerTicket_ = provider_->breaker.insist();
    if (key_)
        keyTicket_ = key_->breaker.insist();
}

void ProviderHealth::Leave::ended(ErrorClass errorClass, Duration atLeast)
{
    if (health_ == nullptr)
        return;
    if (!told_ || ofProvider(errorClass) == Verdict::bad)
        health_->settle(*this, errorClass, atLeast);
    health_ = nullptr;
}

void ProviderHealth::settle(Leave& leave, ErrorClass errorClass, Duration atLeast)
{
    const SteadyTime now = clock_.steady();
    Provider& provider = *leave.provider_;
    const Verdict there = ofProvider(errorClass);
    const Breaker::State before = provider.breaker.state(now);
    if (there == Verdict::silent) {
        provider.breaker.release(leave.providerTicket_);
    } else {
        if (there == Verdict::bad)
            provider.last = errorClass;
        provider.breaker.report(leave.providerTicket_, there == Verdict::bad, now, atLeast);
    }
    if (there == Verdict::bad || errorClass == ErrorClass::rate)
        provider.budget.failed();
    else if (errorClass == ErrorClass::ok)
        provider.budget.succeeded();
    tell(before, provider.breaker, provider.target, provider.host, provider.last);
    if (!leave.key_)
        return;
    Key& key = *leave.key_;
    const Verdict let = ofKey(errorClass);
    const Breaker::State keyBefore = key.breaker.state(now);
    if (let == Verdict::silent) {
        key.breaker.release(leave.keyTicket_);
    } else {
        if (let == Verdict::bad)
            key.last = errorClass;
        key.breaker.report(leave.keyTicket_, let == Verdict::bad, now, atLeast);
    }
    tell(keyBefore, key.breaker, key.target, key.shown, key.last);
}

void ProviderHealth::tell(Breaker::State before, const Breaker& breaker, const std::string& target, const std::string& what, ErrorClass last)
{
    const Breaker::State after = breaker.state(clock_.steady());
    if (before == Breaker::State::closed && after != Breaker::State::closed)
        log_.warn("a breaker opened", {{"target", target},
                                       {"of", what},
                                       {"class", std::string(errorClassName(last))},
                                       {"failures", std::int64_t(breaker.failures())},
                                       {"outcomes", std::int64_t(breaker.outcomes())}});
    else if (before != Breaker::State::closed && after == Breaker::State::closed)
        log_.info("a breaker closed", {{"target", target}, {"of", what}});
}

const ProviderHealth::Provider* ProviderHealth::find(const Target& target, bool anthropic) const
{
    const auto found = providers_.find(Before::Names{target.name, target.place(anthropic).host});
    return found == providers_.end() ? nullptr : found->second.get();
}

bool ProviderHealth::ready(const Target& target, bool anthropic) const
{
    const Provider* const provider = find(target, anthropic);
    return provider == nullptr || provider->breaker.ready(clock_.steady());
}

bool ProviderHealth::ready(const OpenKey& key) const
{
    const auto found = keys_.find(key.id);
    return found == keys_.end() || found->second->breaker.ready(clock_.steady());
}

ProviderHealth::Leave ProviderHealth::begin(const Chosen& who, bool anthropic)
{
    const SteadyTime now = clock_.steady();
    const std::string& host = who.target->place(anthropic).host;
    Leave leave;
    leave.health_ = this;
    auto found = providers_.find(Before::Names{who.target->name, host});
    if (found == providers_.end())
        found = providers_.emplace(std::pair(who.target->name, host), std::make_shared<Provider>(Provider{who.target->name, host, Breaker{rule_}, {}})).first;
    leave.provider_ = found->second;
    leave.providerTicket_ = leave.provider_->breaker.admit(now).value_or(leave.provider_->breaker.insist());
    if (!who.key)
        return leave;
    auto& key = keys_[who.key->id];
    if (!key)
        key = std::make_shared<Key>(Key{who.target->name, who.key->shown, Breaker{rule_}});
    leave.key_ = key;
    leave.keyTicket_ = key->breaker.admit(now).value_or(key->breaker.insist());
    return leave;
}

ErrorClass ProviderHealth::lastFailure(const Target& target, bool anthropic) const
{
    const Provider* const provider = find(target, anthropic);
    return provider == nullptr ? ErrorClass::network : provider->last;
}

ErrorClass ProviderHealth::lastFailure(const OpenKey& key) const
{
    const auto found = keys_.find(key.id);
    return found == keys_.end() ? ErrorClass::auth : found->second->last;
}

bool ProviderHealth::mayRetry(const Target& target, bool anthropic) const
{
    const Provider* const provider = find(target, anthropic);
    return provider == nullptr || provider->budget.allows();
}

void ProviderHealth::keep(const Keyring& keys)
{
    std::erase_if(keys_, [&](const auto& one) { return keys.find(one.first) == nullptr; });
}

std::vector<ProviderHealth::Line> ProviderHealth::lines() const
{
    const SteadyTime now = clock_.steady();
    std::vector<Line> all;
    const auto add = [&](const std::string& target, const std::string& host, const std::string& key, const Breaker& breaker, ErrorClass last) {
        all.push_back({target, host, key, breaker.state(now), last, breaker.failures(), breaker.outcomes(), breaker.wait(now)});
    };
    for (const auto& [name, one] : providers_)
        add(one->target, one->host, {}, one->breaker, one->last);
    for (const auto& [id, one] : keys_)
        add(one->target, {}, one->shown, one->breaker, one->last);
    return all;
}

} // namespace drover::gateway
