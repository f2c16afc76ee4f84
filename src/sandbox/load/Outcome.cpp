// SPDX-License-Identifier: Apache-2.0
#include "sandbox/load/Outcome.h"

#include "base/Log.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace drover::sandbox {
namespace {

bool holds(std::string_view body, std::string_view text)
{
    return body.find(text) != std::string_view::npos;
}

// An event at the start of a line: the text of an answer is JSON, whose line breaks are escaped.
bool holdsLine(std::string_view body, std::string_view start)
{
    return body.starts_with(start) || holds(body, "\n" + std::string(start));
}

ErrorClass classOfStatus(int status, std::string_view body)
{
    if (status == 401 || status == 403)
        return ErrorClass::auth;
    if (status == 402)
        return ErrorClass::billing;
    if (status == 429)
        return holds(body, "insufficient_quota") ? ErrorClass::billing : ErrorClass::rate;
    if (status == 529 || (status == 503 && holds(body, "overloaded")))
        return ErrorClass::overload;
    return status >= 500 ? ErrorClass::upstream : ErrorClass::client;
}

void appendPercentiles(std::string& out, std::vector<float> values)
{
    std::ranges::sort(values);
    constexpr std::array<std::pair<std::string_view, double>, 3> wanted{{{"p50", 0.50}, {"p95", 0.95}, {"p99", 0.99}}};
    out += '{';
    for (const auto& [name, quantile] : wanted) {
        out += out.back() == '{' ? "\"" : ",\"";
        out += name;
        out += "\":";
        if (values.empty()) {
            out += "null";
            continue;
        }
        const auto rank = std::size_t(std::ceil(quantile * double(values.size())));
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.3f", double(values[std::max<std::size_t>(rank, 1) - 1]));
        out += text.data();
    }
    out += '}';
}

} // namespace

ErrorClass classOfAnswer(int status, bool stream, std::string_view body)
{
    if (status < 200 || status >= 300)
        return classOfStatus(status, body);
    if (!stream)
        return ErrorClass::ok;
    if (holdsLine(body, "event: error") || holdsLine(body, "data: {\"error\""))
        return ErrorClass::streamError;
    return holdsLine(body, "data: [DONE]") ? ErrorClass::ok : ErrorClass::cut;
}

void LoadResult::add(ErrorClass outcome, std::string_view target, double ms, double firstByteMs)
{
    ++requests_;
    ++byClass_[std::size_t(outcome)];
    if (outcome != ErrorClass::ok)
        ++failures_;
    const auto found = byTarget_.find(target);
    if (found != byTarget_.end())
        ++found->second;
    else
        byTarget_.emplace(target, 1);
    if (outcome == ErrorClass::ok) {
        ms_.push_back(float(ms));
        firstByteMs_.push_back(float(firstByteMs));
    }
}

std::string LoadResult::json(double seconds) const
{
    std::string out = R"({"requests":)" + std::to_string(requests_) + R"(,"failures":)" + std::to_string(failures_) +
                      R"(,"by_class":{)";
    for (std::size_t i = 0; i < errorClassCount; ++i) {
        if (byClass_[i] == 0)
            continue;
        out += out.back() == '{' ? "\"" : ",\"";
        out += errorClassName(ErrorClass(i));
        out += "\":" + std::to_string(byClass_[i]);
    }
    out += R"(},"by_target":{)";
    for (const auto& [target, count] : byTarget_) {
        if (out.back() != '{')
            out += ',';
        appendJsonString(out, target);
        out += ":" + std::to_string(count);
    }
    out += R"(},"latency_ms":)";
    appendPercentiles(out, ms_);
    out += R"(,"ttft_ms":)";
    appendPercentiles(out, firstByteMs_);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", seconds);
    return out + R"(,"seconds":)" + text.data() + "}";
}

} // namespace drover::sandbox
