// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/SigV4.h"

#include "protocol/cloud/Cloud.h"
#include "protocol/routing/Base64.h"

#include <sodium.h>

#include <algorithm>
#include <map>

namespace drover::aws {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

// Without spaces at the ends, runs of them as one.
std::string trimmedValue(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

std::map<std::string, std::string> sortedHeaders(const Signable& request)
{
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : request.headers) {
        const auto [at, isNew] = sorted.try_emplace(lowered(name));
        at->second.append(isNew ? "" : ",").append(trimmedValue(value));
    }
    return sorted;
}

std::string canonicalPath(std::string_view path)
{
    std::vector<std::string_view> parts;
    const bool folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        const auto part = path.substr(0, slash);
        if (part == ".." && !parts.empty())
            parts.pop_back();
        else if (!part.empty() && part != "." && part != "..")
            parts.push_back(part);
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    std::string out;
    for (const auto part : parts)
        out.append("/").append(cloud::percentEncoded(part));
    return folder || out.empty() ? out + "/" : out;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string percentDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
        out += escape ? char(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2])) : text[i];
        i += escape ? 2 : 0;
    }
    return out;
}

std::string canonicalQuery(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> fields;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto field = query.substr(0, end);
        const auto equals = std::min(field.find('='), field.size());
        if (!field.empty())
            fields.emplace_back(cloud::percentEncoded(percentDecoded(field.substr(0, equals))),
                                cloud::percentEncoded(percentDecoded(field.substr(std::min(equals + 1, field.size())))));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    std::ranges::sort(fields);
    std::string out;
    for (const auto& [name, value] : fields)
        out.append(out.empty() ? "" : "&").append(name).append("=").append(value);
    return out;
}

std::string scopeOf(const SigningKey& key, std::string_view date)
{
    return std::string(date.substr(0, 8)) + "/" + key.region + "/" + key.service + "/aws4_request";
}

std::string hmac(std::string_view key, std::string_view message)
{
    std::string out(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(message.data()), message.size());
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(out.data()));
    sodium_memzero(&state, sizeof state);
    return out;
}

Secret hmac(const Secret& key, std::string_view message)
{
    std::string made = key.reveal([&](std::string_view bytes) { return hmac(bytes, message); });
    return Secret::taking(made);
}

} // namespace

std::string amzDate(WallTime time)
{
    std::string compact = formatCompact(time); // 20150830-123600
    compact[8] = 'T';
    return compact + "Z";
}

std::string signedHeaders(const Signable& request)
{
    std::string names;
    for (const auto& [name, value] : sortedHeaders(request))
        names.append(names.empty() ? "" : ";").append(name);
    return names;
}

std::string canonicalRequest(const Signable& request)
{
    const auto mark = std::min(request.target.find('?'), request.target.size());
    std::string out(request.method);
    out.append("\n").append(canonicalPath(request.target.substr(0, mark)));
    out.append("\n").append(canonicalQuery(request.target.substr(std::min(mark + 1, request.target.size())))).append("\n");
    for (const auto& [name, value] : sortedHeaders(request))
        out.append(name).append(":").append(value).append("\n");
    return out.append("\n").append(signedHeaders(request)).append("\n").append(toHex(sha256(request.body)));
}

std::string stringToSign(const SigningKey& key, std::string_view date, std::string_view canonical)
{
    std::string out(algorithm);
    out.append("\n").append(date).append("\n").append(scopeOf(key, date));
    return out.append("\n").append(toHex(sha256(canonical)));
}

Secret signingKey(const SigningKey& key, const Secret& secretKey, std::string_view date)
{
    std::string start;
    start.reserve(secretKey.size() + 8);
    secretKey.reveal([&](std::string_view bytes) { start.append("AWS4").append(bytes); });
    const Secret first = Secret::taking(start);
    return hmac(hmac(hmac(hmac(first, date.substr(0, 8)), key.region), key.service), "aws4_request");
}

std::string signature(const Secret& signingKey, std::string_view stringToSign)
{
    return toHex(signingKey.reveal([&](std::string_view bytes) { return hmac(bytes, stringToSign); }));
}

std::string authorization(const SigningKey& key, const Secret& secretKey, std::string_view date, const Signable& request)
{
    const auto text = stringToSign(key, date, canonicalRequest(request));
    return std::string(algorithm) + " Credential=" + key.accessKeyId + "/" + scopeOf(key, date) +
           ", SignedHeaders=" + signedHeaders(request) + ", Signature=" + signature(signingKey(key, secretKey, date), text);
}

} // namespace drover::aws
