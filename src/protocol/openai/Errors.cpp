// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/Errors.h"

#include "protocol/json/JsonReader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace drover {
namespace {

constexpr std::size_t longestMessage = 300;

// Money or quota is used up: trying again does not help.
constexpr auto billingWords = std::to_array<std::string_view>(
    {"insufficient_quota", "insufficient_user_quota", "insufficient_balance", "credit_balance_exhausted",
     "billing_hard_limit_reached", "billing_not_active", "billing_error", "enforced_spend_limit_reached",
     "daily_cost_limit_exceeded", "quota_exhausted"});
constexpr auto notAboutTheKey = std::to_array<std::string_view>(
    {"ip_not_authorized", "ip not authorized", "ip address", "allowlist", "must be a member of an organization", "mfa"});
constexpr auto endedWords = std::to_array<std::string_view>(
    {"invalid", "incorrect", "disabled", "revoked", "expired", "deleted", "deactivated", "inactive", "not exist"});
constexpr auto overloadWords = std::to_array<std::string_view>({"server_is_overloaded", "slow_down", "overloaded"});

bool holdsAny(std::string_view text, std::span<const std::string_view> words)
{
    return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

// The words of an HTML page without its tags.
std::string withoutTags(std::string_view html)
{
    std::string out;
    bool inside = false;
    for (const char c : html.substr(0, 4096)) {
        if (c == '<' || c == '>') {
            inside = c == '<';
            out += ' ';
        } else if (!inside) {
            out += c;
        }
    }
    return out;
}

std::string inOneLine(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

std::string_view errorText(const boost::json::object& object, std::string_view name)
{
    const auto* value = object.if_contains({name.data(), name.size()});
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : viewOf(*text);
}

const boost::json::object* errorObject(const boost::json::object& object, std::string_view name)
{
    const auto* value = object.if_contains({name.data(), name.size()});
    return value == nullptr ? nullptr : value->if_object();
}

void readErrorBody(const boost::json::object& body, ApiError& to)
{
    const auto* error = errorObject(body, "error");
    if (error == nullptr) {
        to.type = errorText(body, "error");
        to.code = errorText(body, "code");
        to.message = excerpt(errorText(body, "message"));
        if (to.message.empty())
            to.message = excerpt(to.type);
        return;
    }
    to.type = errorText(*error, "type");
    to.code = errorText(*error, "code");
    if (const auto* details = errorObject(*error, "details"); details != nullptr && to.code.empty())
        to.code = errorText(*details, "error_code");
    to.message = excerpt(errorText(*error, "message"));
}

bool isRetryable(const ApiError& error)
{
    if (error.errorClass == ErrorClass::ok || error.errorClass == ErrorClass::billing)
        return false;
    return error.status == 0 || error.status == 408 || error.status == 409 || error.status == 429 || error.status >= 500;
}

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '*';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// 8-4-4-4-12 hexadecimal digits: the id of a request or an account, which support asks for.
bool isUuid(std::string_view word)
{
    for (std::size_t i = 0; i < word.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char low = char(word[i] | 0x20);
        if (dash ? word[i] != '-' : !isDigit(word[i]) && (low < 'a' || low > 'f'))
            return false;
    }
    return word.size() == 36;
}

// Of a word with dashes or full stops: how many characters stand in parts that mix letters and digits, as keys do and
// names of models, hosts and versions hardly ever.
std::size_t mixedCharacters(std::string_view word)
{
    constexpr std::size_t uuidSize = 36;
    if (word.size() >= uuidSize && isUuid(word.substr(word.size() - uuidSize)))
        word.remove_suffix(uuidSize);
    std::size_t mixed = 0;
    while (!word.empty()) {
        const std::string_view part = word.substr(0, word.find_first_of(".-"));
        if (std::ranges::any_of(part, isLetter) && std::ranges::any_of(part, isDigit))
            mixed += part.size();
        word.remove_prefix(std::min(part.size() + 1, word.size()));
    }
    return mixed;
}

bool looksSecret(std::string_view word)
{
    for (const std::string_view prefix : {"sk-", "cr_", "hs_", "hsa_", "hvs.", "hvb.", "drv_", "s.", "b.", "xox"})
        if (word.starts_with(prefix) && word.size() >= prefix.size() + 5)
            return true;
    if (word.starts_with("eyJ") && word.size() >= 16) // a JWT: base64 of {"
        return true;
    if (word.size() < 32 || std::ranges::count_if(word, isDigit) < 4)
        return false;
    return word.find_first_of(".-") == std::string_view::npos || mixedCharacters(word) >= 16;
}

// Words that follow "bearer" in a sentence instead of a token.
bool speaksOfTokens(std::string_view word)
{
    constexpr auto words = std::to_array<std::string_view>(
        {"token", "tokens", "auth", "authentication", "authorization", "scheme", "is", "in", "or"});
    const std::string low = lowered(word);
    return std::ranges::find(words, low) != words.end();
}

// What stands behind "Bearer" at the text's beginning: the gap, and the token's size (RFC 6750's b64token).
struct BearerToken {
    std::size_t gap = 0;
    std::size_t size = 0;
};
BearerToken bearerToken(std::string_view text)
{
    const auto gap = std::min(text.find_first_not_of(" \t:=\"'"), text.size());
    if (gap == 0)
        return {};
    text.remove_prefix(gap);
    const auto isToken = [](char c) { return isWordCharacter(c) || c == '~' || c == '+' || c == '/' || c == '='; };
    std::string_view token(text.begin(), std::ranges::find_if_not(text, isToken));
    while (token.ends_with('.'))
        token.remove_suffix(1);
    return speaksOfTokens(token) ? BearerToken{} : BearerToken{gap, token.size()};
}

std::optional<double> positiveNumber(std::optional<std::string_view> text)
{
    double value = 0;
    if (!text || text->empty())
        return std::nullopt;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (code != std::errc() || end != text->data() + text->size() || !(value > 0) || value > 1e9)
        return std::nullopt;
    return value;
}

// "Sat, 22 Nov 2025 08:00:12 GMT" (RFC 9110).
std::optional<WallTime> httpDate(std::string_view text)
{
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || !text.ends_with(" GMT") || text[3] != ',')
        return std::nullopt;
    const auto month = months.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0)
        return std::nullopt;
    const std::string number = std::to_string(month / 3 + 1);
    auto time = parseTime(std::string(text.substr(12, 4)) + "-" + (number.size() < 2 ? "0" : "") + number + "-" +
                          std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z");
    return time.has_value() ? std::optional(*time) : std::nullopt;
}

} // namespace

ApiError parseError(int status, std::string_view body)
{
    ApiError error;
    error.status = status;
    const auto parsed = parseJsonObject(body);
    if (parsed.has_value())
        readErrorBody(*parsed, error);
    else
        error.message = excerpt(body.find('<') != std::string_view::npos ? withoutTags(body) : std::string(body));
    error.errorClass = classify(status, error.type, error.code, error.message);
    error.retryable = isRetryable(error);
    return error;
}

ErrorClass classify(int status, std::string_view type, std::string_view code, std::string_view message)
{
    if (status >= 200 && status < 300)
        return ErrorClass::ok;
    if (status == 0)
        return ErrorClass::network;
    const std::string names = lowered(std::string(type) + " " + std::string(code));
    const std::string said = lowered(message);
    const bool money = holdsAny(names, billingWords) || said.find("credit balance is too low") != std::string::npos;
    if (status == 402 || (money && (status == 400 || status == 403 || status == 429)))
        return ErrorClass::billing;
    if (status == 401 || status == 403)
        return ErrorClass::auth;
    if (status == 429)
        return ErrorClass::rate;
    if (status == 529 || (status == 503 && (holdsAny(names, overloadWords) || holdsAny(said, overloadWords))))
        return ErrorClass::overload;
    return status >= 400 && status < 500 ? ErrorClass::client : ErrorClass::upstream;
}

bool refusesKey(int status, std::string_view body)
{
    if (status != 401 && status != 403)
        return false;
    const ApiError error = parseError(status, body);
    const std::string said = lowered(error.type + " " + error.code + " " + error.message);
    if (status == 401)
        return !holdsAny(said, notAboutTheKey);
    return (said.find("api key") != std::string::npos || said.find("api_key") != std::string::npos) && holdsAny(said, endedWords);
}

int statusOfStreamError(std::string_view errorType)
{
    const std::string type = lowered(errorType);
    if (type.find("overloaded_error") != std::string::npos)
        return 529;
    if (holdsAny(type, overloadWords))
        return 503;
    if (holdsAny(type, billingWords) || type.find("rate_limit") != std::string::npos)
        return 429;
    if (type.find("authentication") != std::string::npos || type.find("invalid_api_key") != std::string::npos)
        return 401;
    return type.find("invalid_request") != std::string::npos ? 400 : 500;
}

std::string maskSecrets(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto begin = std::ranges::find_if(text, isWordCharacter);
        out.append(text.begin(), begin);
        text.remove_prefix(std::size_t(begin - text.begin()));
        const auto end = std::ranges::find_if_not(text, isWordCharacter);
        std::string_view word(text.data(), std::size_t(end - text.begin()));
        while (word.ends_with('.') && word.size() > 1) // the end of a sentence
            word.remove_suffix(1);
        out += looksSecret(word) ? std::string_view("****") : word;
        text.remove_prefix(word.size());
        const auto token = lowered(word) == "bearer" ? bearerToken(text) : BearerToken{};
        if (token.size > 0) {
            out.append(text.substr(0, token.gap)).append("****");
            text.remove_prefix(token.gap + token.size);
        }
    }
    return out;
}

std::string excerpt(std::string_view text)
{
    std::string out = maskSecrets(inOneLine(text.substr(0, 4096)));
    if (out.size() <= longestMessage)
        return out;
    std::size_t size = longestMessage;
    while (size > 0 && (out[size] & '\xC0') == '\x80') // not within a character
        --size;
    return out.substr(0, size) + "...";
}

RetryHint parseRetryHint(int status, const HeaderLookup& header, WallTime now)
{
    RetryHint hint;
    const auto should = header("x-should-retry");
    if (should == "true" || should == "false")
        hint.shouldRetry = should == "true";
    const auto after = header("retry-after");
    if (const auto ms = positiveNumber(header("retry-after-ms"))) {
        hint.after = fromSeconds(*ms / 1000);
    } else if (const auto plain = positiveNumber(after)) {
        hint.after = fromSeconds(*plain);
    } else if (const auto date = after ? httpDate(*after) : std::nullopt) {
        hint.after = std::max(Duration{0}, Duration(*date - now));
    } else if (status == 429) {
        const auto limits = parseRateLimits(header, now);
        const auto* bucket = limits.find("requests");
        if (limits.family == RateLimits::Family::plain && bucket->remaining == 0U && bucket->reset && *bucket->reset > now)
            hint.after = *bucket->reset - now;
    }
    return hint;
}

std::optional<Duration> retryDelay(const ApiError& error, const RetryHint& hint, int attempt, Random& random)
{
    if (!hint.shouldRetry.value_or(error.retryable) || error.errorClass == ErrorClass::billing)
        return std::nullopt;
    if (hint.after)
        return *hint.after <= Duration{120s} ? hint.after : std::nullopt;
    const double wait = std::min(0.5 * std::exp2(std::clamp(attempt, 0, 10)), 8.0);
    return fromSeconds(wait * (0.75 + 0.25 * random.uniform()));
}

} // namespace drover
