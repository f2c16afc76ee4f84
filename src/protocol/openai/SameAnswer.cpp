// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonReader.h"
#include "protocol/openai/AnswerFacts.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <vector>

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

// Members sorted by name, recursively.
boost::json::value sorted(const boost::json::value& value)
{
    if (const auto* array = value.if_array()) {
        boost::json::array out;
        for (const auto& item : *array)
            out.push_back(sorted(item));
        return out;
    }
    const auto* object = value.if_object();
    if (object == nullptr)
        return value;
    std::vector<boost::json::string_view> names;
    for (const auto& member : *object)
        names.push_back(member.key());
    std::sort(names.begin(), names.end());
    boost::json::object out;
    for (const auto& name : names)
        out.emplace(name, sorted(object->at(name)));
    return out;
}

// What is not JSON is compared as text.
std::string canonicalArguments(const std::string& text)
{
    if (text.empty())
        return "{}";
    const auto parsed = parseJson(text);
    return parsed.has_value() ? boost::json::serialize(sorted(*parsed)) : folded(text);
}

} // namespace

bool sameAnswer(const AnswerContent& a, const AnswerContent& b)
{
    if (a.finishReason != b.finishReason || a.toolCalls.size() != b.toolCalls.size() || folded(a.text) != folded(b.text))
        return false;
    return std::equal(a.toolCalls.begin(), a.toolCalls.end(), b.toolCalls.begin(), [](const auto& x, const auto& y) {
        return x.second.name == y.second.name &&
               canonicalArguments(x.second.arguments) == canonicalArguments(y.second.arguments);
    });
}

} // namespace drover
