// SPDX-License-Identifier: Apache-2.0
#include "services/GitHistory.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace drover {
namespace {

// A longer line is looked through in pieces.
constexpr std::size_t longestPartial = 1 << 20;
constexpr std::size_t overlap = 1024; // more than a key is long

} // namespace

std::optional<std::size_t> hunkBegin(std::string_view line)
{
    const auto plus = line.find(" +");
    if (!line.starts_with("@@ -") || plus == line.npos)
        return std::nullopt;
    std::size_t number = 0;
    const char* const first = line.data() + plus + 2;
    const auto [end, failed] = std::from_chars(first, line.data() + line.size(), number);
    if (failed != std::errc{} || end == first)
        return std::nullopt;
    return number;
}

void GitLogReader::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        partial_ += bytes.substr(0, newline);
        if (newline == bytes.npos) {
            if (partial_.size() >= longestPartial && inHunk_ && partial_.front() == '+') {
                each_({"commit " + commit_ + ": " + file_, std::string_view(partial_).substr(1), nextLine_});
                partial_ = "+" + partial_.substr(partial_.size() - overlap);
            }
            return;
        }
        line(partial_);
        partial_.clear();
        bytes.remove_prefix(newline + 1);
    }
}

void GitLogReader::end()
{
    if (!partial_.empty())
        line(partial_);
    partial_.clear();
}

void GitLogReader::line(std::string_view text)
{
    if (text.starts_with(mark)) {
        commit_ = std::string(text.substr(1, 12));
        file_.clear();
        inHunk_ = false;
        ++commits_;
    } else if (text.starts_with("diff --git ")) {
        file_.clear();
        inHunk_ = false;
    } else if (const auto begin = hunkBegin(text)) {
        nextLine_ = *begin;
        inHunk_ = true;
    } else if (!inHunk_ && text.starts_with("+++ ")) {
        // "+++ b/path", with a tab after a path that has spaces; "/dev/null" for a file that goes.
        std::string_view path = text.substr(4);
        path = path.substr(0, path.find('\t'));
        file_ = std::string(path.starts_with("b/") ? path.substr(2) : path);
    } else if (inHunk_ && text.starts_with('+')) {
        each_({"commit " + commit_ + ": " + file_, text.substr(1), nextLine_});
        ++nextLine_;
    }
}

} // namespace drover
