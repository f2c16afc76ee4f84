// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Provider.h"

#include "base/Log.h"
#include "sandbox/json/Json.h"
#include "sandbox/provider/Text.h"

#include <algorithm>

// Provider's key management and headers.
namespace drover::sandbox {
namespace {

constexpr std::string_view keysPath = "/v1/keys";

std::string quotedTime(WallTime time)
{
    return "\"" + formatTime(time) + "\"";
}

Reply badKeyRequest(std::string_view message)
{
    std::string body = R"({"error":"Invalid request","message":)";
    appendJsonString(body, message);
    return jsonReply(400, body + "}");
}

} // namespace

Reply Provider::keyCall(const Call& call)
{
    if (faults_.mint == ProviderFaults::Mint::absent)
        return jsonReply(404, errorBody(Dialect::chat, 404, {}));
    if (call.path == keysPath && call.method == "POST")
        return mint(call);
    if (call.path == keysPath && call.method == "GET")
        return listKeys();
    if (call.path.size() > keysPath.size() + 1 && call.path[keysPath.size()] == '/' && call.method == "DELETE") {
        const auto id = call.path.substr(keysPath.size() + 1);
        if (!keys_.revoke(id))
            return jsonReply(404, R"({"error":"Not found","message":"No such key"})");
        std::string body = R"({"key_id":)";
        appendJsonString(body, id);
        return jsonReply(200, body + R"(,"deleted":true})");
    }
    return jsonReply(405, errorBody(Dialect::chat, 405, {}));
}

Reply Provider::mint(const Call& call)
{
    const auto body = Json::parse(call.body);
    if (!body || body->asObject() == nullptr)
        return badKeyRequest("the body is not a JSON object");
    const auto* name = (*body)["name"].asString();
    if (name == nullptr || name->empty())
        return badKeyRequest("name is missing");
    const auto days = (*body)["expires_in_days"].isNull() ? std::optional<std::int64_t>{30}
                                                          : (*body)["expires_in_days"].asInteger();
    if (!days || *days < 1 || *days > 3650)
        return badKeyRequest("expires_in_days is not a number from 1 to 3650");
    const auto rate = (*body)["rate_limit"].asInteger().value_or(1000);
    auto minted = keys_.mintByApi(*name, std::uint32_t(*days), std::uint64_t(std::max<std::int64_t>(rate, 0)), deadKeys_);
    std::string answer = R"({"key_id":)";
    appendJsonString(answer, minted.state.id);
    answer += R"(,"api_key":)";
    minted.key.reveal([&](std::string_view plain) { appendJsonString(answer, plain); });
    answer += R"(,"created_at":)" + quotedTime(minted.state.createdAt) + R"(,"expires_at":)" +
              quotedTime(minted.state.expiresAt) + R"(,"rate_limit":)" + std::to_string(minted.state.rateLimit) + "}";
    Reply reply = jsonReply(201, std::move(answer));
    if (faults_.losesMint())
        reply.end = Reply::End::reset;
    return reply;
}

Reply Provider::listKeys()
{
    std::string body = R"({"object":"list","data":[)";
    for (const auto& key : keys_.list()) {
        if (body.back() != '[')
            body += ',';
        body += R"({"key_id":)";
        appendJsonString(body, key.id);
        body += R"(,"name":)";
        appendJsonString(body, key.name);
        body += R"(,"active":)" + std::string(key.active(clock_.now()) ? "true" : "false");
        body += R"(,"created_at":)" + quotedTime(key.createdAt) + R"(,"expires_at":)" + quotedTime(key.expiresAt);
        body += R"(,"last_used_at":)" + (key.lastUsedAt ? quotedTime(*key.lastUsedAt) : std::string("null")) + "}";
    }
    return jsonReply(200, body + "]}");
}

void Provider::addHeaders(Reply& reply, Dialect dialect, const std::string& id, const Prompt* prompt)
{
    const auto limit = behaviour_.scenario().rateLimit;
    const auto left = std::to_string(limit > used_ ? limit - used_ : 0);
    const auto most = std::to_string(limit);
    auto& fields = reply.fields;
    const bool anthropic = dialect == Dialect::messages || dialect == Dialect::countTokens;
    if (side_ == Side::holysheep) {
        const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
        fields.add("X-RateLimit-Limit", most);
        fields.add("X-RateLimit-Remaining", left);
        fields.add("X-RateLimit-Reset", std::to_string((now / 60 + 1) * 60));
        fields.add("X-Request-ID", "req_" + id);
        if (anthropic)
            fields.add("request-id", "req_" + id);
    } else if (anthropic) {
        const auto next = formatTime(std::chrono::floor<std::chrono::minutes>(clock_.now()) + std::chrono::minutes{1});
        fields.add("anthropic-ratelimit-requests-limit", most);
        fields.add("anthropic-ratelimit-requests-remaining", left);
        fields.add("anthropic-ratelimit-requests-reset", next);
        fields.add("request-id", "req_" + id);
    } else {
        const auto tokens = prompt != nullptr ? prompt->inputTokens + prompt->outputTokens : 0;
        fields.add("x-ratelimit-limit-requests", most);
        fields.add("x-ratelimit-remaining-requests", left);
        fields.add("x-ratelimit-reset-requests", "6ms");
        fields.add("x-ratelimit-limit-tokens", "20000000");
        fields.add("x-ratelimit-remaining-tokens", std::to_string(20'000'000 - tokens));
        fields.add("x-ratelimit-reset-tokens", "55ms");
        fields.add("openai-version", "2020-10-01");
        fields.add("x-request-id", "req_" + id);
    }
    if (reply.status == 429 && side_ == Side::legacy)
        fields.add("retry-after", "1");
}

} // namespace drover::sandbox
