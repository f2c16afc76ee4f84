// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A piece of text from a tree: of a file as it is, or what a commit added to one.
struct TreeText {
    std::string place;         // "src/app.env", "commit 1a2b3c4d: src/app.env"
    std::string_view text;     // whole lines, but for lines longer than a mebibyte, which come in overlapping pieces
    std::size_t firstLine = 1;
};
struct TreeTotals {
    std::uint64_t files = 0;
    std::uint64_t commits = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> skipped; // what could not be read, each with the reason; nothing is passed over unsaid
};

// Files and the history of git repositories, to be looked through.
class TextTrees {
public:
    virtual ~TextTrees() = default;
    // Every regular file at and below each path (links are not followed, .git is left to the history), then, with
    // `history`, every line that any commit of a repository there ever added. `each` is called in another thread, one
    // call at a time, and must touch only what it owns. Destroying the task stops the reading. Errors: notFound (a path
    // that is not there), timeout, io; unavailable where history is wanted and there is no git.
    virtual Task<Result<TreeTotals>> read(std::vector<std::filesystem::path> paths, bool history,
                                          std::function<void(const TreeText&)> each, Deadline deadline) = 0;
};

} // namespace drover
