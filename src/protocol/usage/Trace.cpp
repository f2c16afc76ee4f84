// SPDX-License-Identifier: Apache-2.0
#include "protocol/usage/Trace.h"

#include <algorithm>
#include <charconv>

namespace drover {
namespace {

constexpr std::uint32_t mostTokens = 10'000'000;
constexpr std::string_view traceHeader = "TIMESTAMP,ContextTokens,GeneratedTokens";

Error traceError(std::size_t line, std::string what)
{
    return Error{Errc::invalidInput, std::move(what), "line " + std::to_string(line)};
}

// The next line without its LF or CRLF; `text` loses it.
std::string_view nextTraceLine(std::string_view& text)
{
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

Result<std::uint32_t> parseTokenCount(std::string_view text, std::size_t line)
{
    std::uint32_t tokens = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), tokens);
    if (text.empty() || end != text.data() + text.size() || (code != std::errc() && code != std::errc::result_out_of_range))
        return traceError(line, "\"" + std::string(text.substr(0, 40)) + "\" is not a number of tokens");
    if (code == std::errc::result_out_of_range || tokens > mostTokens)
        return traceError(line, "more than 10,000,000 tokens");
    return tokens;
}

struct TraceFields {
    WallTime time;
    TraceRow row;
};

Result<TraceFields> parseTraceLine(std::string_view line, std::size_t number)
{
    const auto first = line.find(',');
    const auto second = first == std::string_view::npos ? first : line.find(',', first + 1);
    if (second == std::string_view::npos || line.find(',', second + 1) != std::string_view::npos)
        return traceError(number, "three columns were expected");
    const auto time = parseTime(line.substr(0, first));
    if (!time.has_value())
        return traceError(number, time.error().what);
    TraceFields fields{*time, {}};
    DROVER_TRY(fields.row.contextTokens, parseTokenCount(line.substr(first + 1, second - first - 1), number));
    DROVER_TRY(fields.row.generatedTokens, parseTokenCount(line.substr(second + 1), number));
    return fields;
}

} // namespace

Result<std::vector<TraceRow>> parseTrace(std::string_view csv)
{
    if (csv.starts_with("\xEF\xBB\xBF"))
        csv.remove_prefix(3);
    if (nextTraceLine(csv) != traceHeader)
        return traceError(1, "the header \"" + std::string(traceHeader) + "\" was expected");
    std::vector<TraceRow> rows;
    WallTime start{};
    WallTime latest{};
    for (std::size_t number = 2; !csv.empty(); ++number) {
        const auto line = nextTraceLine(csv);
        if (line.empty())
            continue;
        DROVER_TRY(auto fields, parseTraceLine(line, number));
        if (rows.empty())
            start = latest = fields.time;
        if (fields.time < latest - 1min)
            return traceError(number, "the time goes back by more than a minute");
        latest = std::max(latest, fields.time);
        fields.row.at = latest - start;
        rows.push_back(fields.row);
    }
    if (rows.empty())
        return traceError(2, "the trace holds no request");
    return rows;
}

} // namespace drover
