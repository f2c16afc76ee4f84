// SPDX-License-Identifier: Apache-2.0
#include "base/Log.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace drover {
namespace {

std::string_view levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
    }
    return "error";
}

// Length of the valid UTF-8 sequence at the front of `text`, or 0 (RFC 3629: no overlongs, no surrogates).
std::size_t utf8Length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool ok = tail(1) && tail(2) && !(first == 0xE0 && byte(1) < 0xA0) && !(first == 0xED && byte(1) > 0x9F);
        return ok ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool ok = tail(1) && tail(2) && tail(3) && !(first == 0xF0 && byte(1) < 0x90) &&
                        !(first == 0xF4 && byte(1) > 0x8F);
        return ok ? 4 : 0;
    }
    return 0;
}

template <class T>
void appendNumber(std::string& out, T value)
{
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

struct AppendValue {
    std::string& out;
    void operator()(std::string_view text) const { appendJsonString(out, text); }
    void operator()(std::int64_t number) const { appendNumber(out, number); }
    void operator()(double number) const
    {
        if (std::isfinite(number))
            appendNumber(out, number);
        else
            out += "null";
    }
    void operator()(bool value) const { out += value ? "true" : "false"; }
};

} // namespace

void appendJsonString(std::string& out, std::string_view text)
{
    out += '"';
    while (!text.empty()) {
        const char c = text.front();
        const std::size_t length = utf8Length(text);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(static_cast<unsigned char>(c)));
            out += escape;
        } else {
            out.append(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
    out += '"';
}

Log::Log(const Clock& clock, Sink sink, LogLevel least) : clock_(clock), sink_(std::move(sink)), least_(least) {}

void Log::debug(std::string_view message, std::initializer_list<LogField> fields)
{
    write(LogLevel::debug, message, fields);
}

void Log::info(std::string_view message, std::initializer_list<LogField> fields)
{
    write(LogLevel::info, message, fields);
}

void Log::warn(std::string_view message, std::initializer_list<LogField> fields)
{
    write(LogLevel::warn, message, fields);
}

void Log::error(std::string_view message, std::initializer_list<LogField> fields)
{
    write(LogLevel::error, message, fields);
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields)
{
    if (level < least_)
        return;
    std::string line = R"({"timestamp":")" + formatTime(clock_.now()) + R"(","level":")";
    line += levelName(level);
    line += R"(","message":)";
    appendJsonString(line, message);
    for (const auto& field : fields) {
        line += ',';
        appendJsonString(line, field.name);
        line += ':';
        std::visit(AppendValue{line}, field.value);
    }
    line += "}\n";
    const std::lock_guard lock{mutex_};
    sink_(line);
}

} // namespace drover
