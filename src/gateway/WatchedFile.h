// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace drover::gateway {

// A file that others replace: asked again and again whether it is another one now. One stat() a look, which costs
// less than a microsecond and works on every file system.
class WatchedFile {
public:
    explicit WatchedFile(std::filesystem::path path) : path_(std::move(path)) {}

    // Whether it was replaced, written, made or removed since the last call; true at the first.
    bool changed();
    // Nothing where there is no such file. Errors: io; then the next changed() is true, so that it is tried again.
    Result<std::optional<std::string>> read();
    const std::filesystem::path& path() const { return path_; }

private:
    Result<std::optional<std::string>> readNow() const;

    struct Stamp {
        std::uint64_t device = 0, inode = 0, size = 0;
        std::int64_t seconds = 0, nanoseconds = 0;
        bool operator==(const Stamp&) const = default;
    };
    std::filesystem::path path_;
    std::optional<Stamp> stamp_;
};

} // namespace drover::gateway
