// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

namespace drover {

enum class LogLevel { debug, info, warn, error };

struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;
};

// Operational messages as one JSON object a line: {"timestamp":…,"level":"info","message":…, fields…}
// (acceptance A127). A Secret cannot be passed; ids go through clipId() first. Safe to call from any thread.
class Log {
public:
    using Sink = std::function<void(std::string_view line)>; // the line ends with \n

    Log(const Clock& clock, Sink sink, LogLevel least = LogLevel::info);

    void debug(std::string_view message, std::initializer_list<LogField> fields = {});
    void info(std::string_view message, std::initializer_list<LogField> fields = {});
    void warn(std::string_view message, std::initializer_list<LogField> fields = {});
    void error(std::string_view message, std::initializer_list<LogField> fields = {});

    // What a program says depends on the job it is given; from any thread.
    void setLeast(LogLevel least) { least_ = least; }

private:
    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields);

    const Clock& clock_;
    Sink sink_;
    std::atomic<LogLevel> least_;
    std::mutex mutex_;
};

// Appends `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
void appendJsonString(std::string& out, std::string_view text);

} // namespace drover
