// SPDX-License-Identifier: Apache-2.0
#include "gateway/WatchedFile.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace drover::gateway {

bool WatchedFile::changed()
{
    Stamp now;
    struct stat about {};
    if (::stat(path_.c_str(), &about) == 0)
        now = {about.st_dev, about.st_ino, std::uint64_t(about.st_size), about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
    if (stamp_ && *stamp_ == now)
        return false;
    stamp_ = now;
    return true;
}

Result<std::optional<std::string>> WatchedFile::read()
{
    auto text = readNow();
    if (!text.has_value())
        stamp_.reset();
    return text;
}

Result<std::optional<std::string>> WatchedFile::readNow() const
{
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return std::optional<std::string>{};
        return Error{errcOfErrno(errno), std::string("cannot be opened: ") + std::strerror(errno), path_.string()};
    }
    std::string text;
    std::array<char, 16384> piece;
    ssize_t count = 0;
    while ((count = ::read(descriptor, piece.data(), piece.size())) > 0 || (count < 0 && errno == EINTR)) {
        if (count > 0)
            text.append(piece.data(), std::size_t(count));
    }
    const int failure = errno;
    ::close(descriptor);
    if (count < 0)
        return Error{errcOfErrno(failure), std::string("cannot be read: ") + std::strerror(failure), path_.string()};
    return std::optional(std::move(text));
}

} // namespace drover::gateway
