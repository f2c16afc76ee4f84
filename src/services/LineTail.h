// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace drover {

// Follows every *.jsonl of a folder: each call gives the whole lines that were added since the last, in the
// order of the files' names. A line without its end waits for it; files may appear (rotation at midnight),
// vanish (retention) and shrink, and none of that gives a line twice. Blocks: from a Worker.
class LineTail {
public:
    using OnLine = std::function<void(std::string_view line)>; // without the newline

    explicit LineTail(std::filesystem::path folder) : folder_(std::move(folder)) {}
    // Errors: io. No such folder is no lines. `fromDay` ("2026-11-22"): a file of an earlier day by its name
    // (NAME-DAY.jsonl) that was never read is left alone until a call wants it.
    Result<void> poll(const OnLine& onLine, std::string_view fromDay = {});

private:
    struct Place {
        std::uint64_t file = 0;  // the inode: another one of the same name is read from its start
        std::int64_t offset = 0; // what was read
        std::string partial;     // the line that has no end yet
        bool skipping = false;   // within a line that is too long to be one of ours
        bool seen = false;
    };
    Result<void> pollFile(const std::filesystem::path& file, Place& place, const OnLine& onLine);
    static void take(std::string_view bytes, Place& place, const OnLine& onLine);

    std::filesystem::path folder_;
    std::map<std::string, Place> places_; // by file name
};

} // namespace drover
