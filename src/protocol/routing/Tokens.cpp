// SPDX-License-Identifier: Apache-2.0
#include "protocol/routing/Tokens.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Base64.h"

#include <sodium.h>

#include <algorithm>

namespace drover {
namespace {

constexpr std::string_view tokenPrefix = "drv_";
constexpr std::size_t tokenBytes = 32;
constexpr std::size_t tokenLength = 4 + 43;

bool isBase64Url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool isSha256(std::string_view text)
{
    return text.size() == 64 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

ClientToken readToken(JsonFields& fields)
{
    ClientToken token;
    token.name = fields.text("name");
    token.sha256 = fields.text("sha256");
    if (!isSha256(token.sha256))
        fields.fail("sha256", "64 lowercase hex digits were expected");
    token.models = fields.texts("models");
    token.requestsPerMinute = fields.smallCountOr("rpm", 0);
    token.expires = fields.maybeTime("expires");
    token.created = fields.maybeTime("created").value_or(WallTime{});
    token.extra = fields.others({"name", "sha256", "models", "rpm", "expires", "created"});
    return token;
}

} // namespace

MintedToken mintToken(std::string name, WallTime now)
{
    std::string bytes(tokenBytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    std::string text = toBase64Url(bytes);
    std::string token;
    token.reserve(tokenLength);
    token.append(tokenPrefix).append(text);
    wipe(bytes);
    wipe(text);
    ClientToken record;
    record.name = std::move(name);
    record.sha256 = tokenHash(token);
    record.created = now;
    return {Secret::taking(token), std::move(record)};
}

std::string tokenHash(std::string_view token)
{
    return toHex(sha256(token));
}

bool looksLikeToken(std::string_view token)
{
    return token.size() == tokenLength && token.starts_with(tokenPrefix) &&
           std::ranges::all_of(token.substr(tokenPrefix.size()), isBase64Url);
}

Result<ClientTokens> parseTokens(std::string_view json)
{
    DROVER_TRY(const auto object, parseJsonObject(json));
    JsonFields fields{object};
    if (fields.countOr("format", 1) != 1)
        fields.fail("format", "this Drover reads format 1");
    ClientTokens tokens;
    fields.list("tokens", [&](JsonFields& one) {
        auto token = readToken(one);
        std::string hash = token.sha256;
        tokens.insert_or_assign(std::move(hash), std::move(token));
    });
    tokens.extra = fields.others({"format", "tokens"});
    if (fields.error())
        return *fields.error();
    return tokens;
}

std::string writeTokens(const ClientTokens& tokens)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("format", 1).key("tokens").beginArray();
    for (const auto& [hash, token] : tokens) {
        json.beginObject().field("name", token.name).field("sha256", hash).key("models").beginArray();
        for (const auto& model : token.models)
            json.text(model);
        json.endArray().field("rpm", token.requestsPerMinute).field("expires", token.expires);
        json.field("created", token.created).membersOf(token.extra).endObject();
    }
    json.endArray().membersOf(tokens.extra).endObject();
    return out;
}

} // namespace drover
