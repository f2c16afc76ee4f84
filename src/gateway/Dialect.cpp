// SPDX-License-Identifier: Apache-2.0
#include "gateway/Dialect.h"

#include "gateway/Keyring.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/openai/Errors.h"

#include <algorithm>
#include <array>

namespace drover::gateway {
namespace {

// content-encoding belongs to the body, which goes on as it came.
constexpr std::array<std::string_view, 6> toProviders{"content-type", "content-encoding",  "accept",
                                                      "user-agent",   "anthropic-version", "anthropic-beta"};
constexpr std::array<std::string_view, 2> idempotency{"idempotency-key", "x-idempotency-key"};
constexpr std::array<std::string_view, 13> notToClients{
    "connection", "keep-alive",  "transfer-encoding", "content-length", "te",         "trailer",       "upgrade",
    "set-cookie", "x-request-id", "proxy-connection", "x-drover-target", "proxy-authenticate", "x-drover-upstream-request-id"};

bool contains(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::any_of(names, [&](std::string_view one) { return http::sameName(one, name); });
}

void replaceAll(std::string& text, std::string_view what)
{
    for (std::size_t at = what.empty() ? std::string::npos : text.find(what); at != std::string::npos; at = text.find(what, at))
        text.replace(at, what.size(), "****");
}

std::string_view openaiType(int status)
{
    if (status == 401)
        return "invalid_request_error";
    if (status == 429)
        return "rate_limit_error";
    return status >= 500 ? "server_error" : "invalid_request_error";
}

std::string_view anthropicType(int status)
{
    switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    default: return status >= 500 ? "api_error" : "invalid_request_error";
    }
}

} // namespace

bool speaksAnthropic(const http::Head& head)
{
    const std::string_view path = head.path();
    return path == "/v1/messages" || path.starts_with("/v1/messages/") || head.find("anthropic-version").has_value();
}

std::string errorBody(bool anthropic, int status, std::string_view code, std::string_view message,
                      std::string_view requestId)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    if (anthropic) {
        json.field("type", "error").key("error").beginObject();
        json.field("type", anthropicType(status)).field("message", message).endObject();
        json.field("request_id", requestId);
    } else {
        json.key("error").beginObject().field("message", message).field("type", openaiType(status));
        json.key("param").null().field("code", code).endObject();
    }
    json.endObject();
    return out;
}

std::string_view requestIdOf(const http::Head& head)
{
    const auto id = head.find("x-request-id");
    if (!id || id->empty() || id->size() > 128)
        return {};
    const bool fits = std::ranges::all_of(*id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == ':' || c == '-';
    });
    return fits ? *id : std::string_view{};
}

void addClientFields(http::Fields& out, const http::Head& client)
{
    for (const auto& field : client.fields()) {
        if (contains(toProviders, field.name) || contains(idempotency, field.name))
            out.add(field.name, field.value);
    }
}

void addMirrorFields(http::Fields& out, const http::Head& client)
{
    for (const auto& field : client.fields()) {
        if (contains(toProviders, field.name))
            out.add(field.name, field.value);
    }
}

void addCredential(http::Fields& out, const OpenKey& key, bool anthropic)
{
    key.secret.reveal([&](std::string_view bytes) {
        if (anthropic)
            out.add("x-api-key", bytes);
        else
            out.add("Authorization", "Bearer " + std::string(bytes));
    });
}

void addAnswerFields(http::Fields& out, const http::Head& upstream, const OpenKey& key)
{
    for (const auto& field : upstream.fields()) {
        if (contains(notToClients, field.name))
            continue;
        const bool clean = key.secret.reveal(
            [&](std::string_view bytes) { return field.value.find(bytes) == std::string_view::npos; });
        if (clean)
            out.add(field.name, field.value);
    }
    if (const auto id = upstream.find("x-request-id"))
        out.add("X-Drover-Upstream-Request-ID", *id);
    else if (const auto other = upstream.find("request-id"))
        out.add("X-Drover-Upstream-Request-ID", *other);
}

std::string scrubbed(std::string_view text, const OpenKey& key)
{
    std::string out(text);
    key.secret.reveal([&](std::string_view bytes) { replaceAll(out, bytes); });
    return maskSecrets(out);
}

} // namespace drover::gateway
