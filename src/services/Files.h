// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// Small files of the workspace. These calls block: from a Worker, or at a program's start. Each may also fail with
// noRights, or with invalidInput where the path cannot name a file.

// The whole file; nothing where there is none. Errors: io (also above `limit` bytes).
Result<std::optional<std::string>> readWholeFile(const std::filesystem::path& file,
                                                 std::size_t limit = 64 << 20);
// Replaces the file at once, for readers and for crashes: a temporary file beside it (mode 0600), fsync,
// rename, fsync of the folder. Errors: io.
Result<void> replaceFile(const std::filesystem::path& file, std::string_view bytes);
// Makes the folder and its parents, the new ones with mode 0700. Errors: io.
Result<void> makePrivateFolder(const std::filesystem::path& folder);

// Owns a file descriptor.
class OwnedFd {
public:
    OwnedFd() = default;
    explicit OwnedFd(int fd) : fd_(fd) {}
    OwnedFd(OwnedFd&& other) noexcept;
    OwnedFd& operator=(OwnedFd&& other) noexcept;
    ~OwnedFd() { reset(); }
    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    void reset();

private:
    int fd_ = -1;
};

// A lock of the operating system on a file, made if it is missing (0600): the open file's own (OFD), so that
// it goes with its holder however that ends, and asking who holds it takes nothing. Errors: busy, io.
Result<OwnedFd> lockFile(const std::filesystem::path& file);
// Whether somebody, this process included, holds lockFile() on it.
bool isLocked(const std::filesystem::path& file);

Error fileError(std::string_view what, const std::filesystem::path& file); // with errno's code and text

} // namespace drover
