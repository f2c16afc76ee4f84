// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Quotas.h"

#include <utility>

namespace drover::sandbox {

std::optional<VaultAnswer> VaultQuotas::count(std::string_view path, Headers& headers)
{
    Quota* most = nullptr; // the most special one
    for (auto& [name, quota] : quotas_)
        if (path.starts_with(quota.path) && (most == nullptr || quota.path.size() > most->path.size()))
            most = &quota;
    if (most == nullptr)
        return std::nullopt;
    const auto now = clock_.now();
    if (now >= most->windowEnd) {
        most->left = most->rate;
        most->windowEnd = now + std::chrono::seconds{most->intervalS};
    }
    const bool allowed = most->left > 0;
    most->left -= allowed ? 1 : 0;
    const auto reset = std::to_string(std::chrono::ceil<std::chrono::seconds>(most->windowEnd - now).count());
    if (headers_) {
        headers.emplace_back("X-Ratelimit-Limit", std::to_string(most->rate));
        headers.emplace_back("X-Ratelimit-Remaining", std::to_string(most->left));
        headers.emplace_back("X-Ratelimit-Reset", reset);
        if (!allowed)
            headers.emplace_back("Retry-After", reset);
    }
    if (allowed)
        return std::nullopt;
    return vaultErrors(429, "request path \"" + std::string(path) + "\": rate limit quota exceeded");
}

std::optional<VaultAnswer> VaultQuotas::handle(std::string_view path, const EngineCall& call)
{
    constexpr std::string_view rateLimit = "rate-limit/";
    if (path == "config" && call.verb == VaultVerb::update) {
        if (const auto* wanted = call.fields["enable_rate_limit_response_headers"].asBool())
            headers_ = *wanted;
        return vaultDone();
    }
    if (!path.starts_with(rateLimit))
        return std::nullopt;
    const std::string name(path.substr(rateLimit.size()));
    if (call.verb == VaultVerb::update) {
        Quota quota;
        quota.path = call.fields["path"].asString() != nullptr ? *call.fields["path"].asString() : std::string();
        quota.rate = call.fields["rate"].asInteger().value_or(0);
        quota.intervalS = vaultSeconds(call.fields["interval"]).value_or(1);
        if (quota.rate <= 0 || quota.intervalS <= 0)
            return vaultErrors(400, "'rate' is invalid");
        quotas_.insert_or_assign(name, std::move(quota));
        return vaultDone();
    }
    const auto found = quotas_.find(name);
    if (call.verb == VaultVerb::remove) {
        if (found != quotas_.end())
            quotas_.erase(found);
        return vaultDone();
    }
    if (call.verb != VaultVerb::read)
        return vaultErrors(405, "unsupported operation");
    if (found == quotas_.end())
        return vaultErrors(404);
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    reply.data = goJson(Json::Object{{"block_interval", Json::of(0)},
                                     {"interval", Json::of(found->second.intervalS)},
                                     {"name", name},
                                     {"path", found->second.path},
                                     {"rate", Json::of(found->second.rate)},
                                     {"type", "rate-limit"}});
    return vaultEnvelope(200, reply);
}

} // namespace drover::sandbox
