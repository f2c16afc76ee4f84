// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "ports/TextTrees.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// Reads what `git log -p` says, as it comes: who feeds it bytes is told of each line that a commit added. No I/O.
class GitLogReader {
public:
    using Each = std::function<void(const TreeText&)>;
    explicit GitLogReader(Each each) : each_(std::move(each)) {}

    void feed(std::string_view bytes);
    void end(); // the last line, where it has no newline
    std::uint64_t commits() const { return commits_; }

    // Before a commit's hash in the log's format, so that no line of a file can be taken for one: lines of files begin
    // with a space, + or - there.
    static constexpr char mark = '\x01';

private:
    void line(std::string_view text);

    Each each_;
    std::string partial_;
    std::string commit_;
    std::string file_;
    std::size_t nextLine_ = 1;
    bool inHunk_ = false;
    std::uint64_t commits_ = 0;
};

// The first line of a hunk's new side: 12 of "@@ -3,0 +12,2 @@"; nothing where it is none.
std::optional<std::size_t> hunkBegin(std::string_view line);

} // namespace drover
