// SPDX-License-Identifier: Apache-2.0
#include "base/Log.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"
#include "protocol/openai/AnswerFacts.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>

namespace drover {
namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\v';
}

// Runs of white space as one space, none at the ends.
std::string folded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    bool gap = false;
    for (const char c : text) {
        if (isBlank(c)) {
            gap = !out.empty();
            continue;
        }
        if (gap)
            out += ' ';
        gap = false;
        out += c;
    }
    return out;
}

// A number of JSON by its value alone: 1, 1.0, 10e-1 are 1e0. Digit by digit, so that large integers keep all of theirs.
std::string canonicalNumber(std::string_view raw)
{
    std::string_view rest = raw;
    const bool negative = rest.starts_with('-');
    rest.remove_prefix(negative ? 1 : 0);
    const auto mark = std::min(rest.find_first_of("eE"), rest.size());
    std::string_view exponentText = rest.substr(std::min(mark + 1, rest.size()));
    if (exponentText.starts_with('+'))
        exponentText.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto read = std::from_chars(exponentText.data(), exponentText.data() + exponentText.size(), exponent);
    if (mark < rest.size() && (read.ec != std::errc() || std::abs(double(exponent)) > 1e15))
        return std::string(raw);
    const std::string_view number = rest.substr(0, mark);
    const auto point = std::min(number.find('.'), number.size());
    std::string digits(number.substr(0, point));
    const std::string_view decimals = number.substr(std::min(point + 1, number.size()));
    digits.append(decimals);
    exponent -= std::int64_t(decimals.size());
    const auto last = digits.find_last_not_of('0');
    if (last == std::string::npos)
        return "0";
    exponent += std::int64_t(digits.size() - 1 - last);
    digits.resize(last + 1);
    digits.erase(0, digits.find_first_not_of('0'));
    return (negative ? "-" : "") + digits + "e" + std::to_string(exponent);
}

// One text for all spellings of a value: members by name, of several with one name the last; no white space.
void appendCanonical(std::string& out, JsonScan& scan)
{
    const char kind = scan.kind();
    if (kind == '{') {
        std::map<std::string, std::string> members;
        scan.members([&](std::string_view key, JsonScan& value) {
            const std::string name(key); // the view does not outlive the next object
            std::string text;
            appendCanonical(text, value);
            members.insert_or_assign(name, std::move(text));
        });
        out += '{';
        for (const auto& [name, text] : members) {
            appendJsonString(out, name);
            out.append(":").append(text).append(",");
        }
        out += '}';
    } else if (kind == '[') {
        out += '[';
        scan.items([&](JsonScan& item) {
            appendCanonical(out, item);
            out += ',';
        });
        out += ']';
    } else if (kind == '"') {
        appendJsonString(out, scan.text().value_or(std::string{}));
    } else if (kind == '-' || (kind >= '0' && kind <= '9')) {
        out += canonicalNumber(scan.raw());
    } else {
        out += scan.raw();
    }
}

// What is not JSON is compared as text.
std::string canonicalArguments(const std::string& text)
{
    if (text.empty())
        return "{}";
    if (!parseJson(text).has_value())
        return folded(text);
    std::string out;
    JsonScan scan{text};
    appendCanonical(out, scan);
    return out;
}

} // namespace

Agreement agreementOf(const AnswerContent& a, const AnswerContent& b)
{
    if (!a.comparable && !b.comparable)
        return Agreement::unknown;
    if (a.comparable != b.comparable || a.finishReason != b.finishReason ||
        a.toolCalls.size() != b.toolCalls.size() || folded(a.text) != folded(b.text))
        return Agreement::different;
    const bool same = std::equal(a.toolCalls.begin(), a.toolCalls.end(), b.toolCalls.begin(), [](const auto& x, const auto& y) {
        return x.second.name == y.second.name &&
               canonicalArguments(x.second.arguments) == canonicalArguments(y.second.arguments);
    });
    return same ? Agreement::same : Agreement::different;
}

} // namespace drover
