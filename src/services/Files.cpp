// SPDX-License-Identifier: Apache-2.0
#include "services/Files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace drover {
namespace {

Result<void> writeAllBytes(int fd, std::string_view bytes, const std::filesystem::path& file)
{
    while (!bytes.empty()) {
        const auto done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fileError("cannot write", file);
        bytes.remove_prefix(std::size_t(done));
    }
    return {};
}

struct flock wholeFileLock()
{
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

} // namespace

Error fileError(std::string_view what, const std::filesystem::path& file)
{
    return {errcOfErrno(errno), std::string(what) + ": " + std::strerror(errno), file.string()};
}

OwnedFd::OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept
{
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void OwnedFd::reset()
{
    if (fd_ >= 0)
        ::close(std::exchange(fd_, -1));
}

Result<std::optional<std::string>> readWholeFile(const std::filesystem::path& file, std::size_t limit)
{
    const OwnedFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd.valid()) {
        if (errno == ENOENT)
            return std::optional<std::string>{};
        return fileError("cannot open", file);
    }
    std::string bytes;
    char chunk[65536];
    for (;;) {
        const auto got = ::read(fd.get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fileError("cannot read", file);
        if (got == 0)
            return std::optional{std::move(bytes)};
        bytes.append(chunk, std::size_t(got));
        if (bytes.size() > limit)
            return Error{Errc::io, "larger than " + std::to_string(limit) + " bytes", file.string()};
    }
}

Result<void> replaceFile(const std::filesystem::path& file, std::string_view bytes)
{
    static std::atomic<unsigned> made{0};
    auto temporary = file;
    temporary += ".new-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
    ::unlink(temporary.c_str()); // left by a process of the same number that was killed
    {
        const OwnedFd fd{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (!fd.valid())
            return fileError("cannot make", temporary);
        auto written = writeAllBytes(fd.get(), bytes, temporary);
        if (written.has_value() && ::fsync(fd.get()) != 0)
            written = fileError("cannot write", temporary);
        if (!written.has_value()) {
            ::unlink(temporary.c_str());
            return written;
        }
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0) {
        const auto error = fileError("cannot replace", file);
        ::unlink(temporary.c_str());
        return error;
    }
    const OwnedFd folder{::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder.valid())
        ::fsync(folder.get()); // some file systems cannot; the rename itself has happened
    return {};
}

Result<void> makePrivateFolder(const std::filesystem::path& folder)
{
    if (::mkdir(folder.c_str(), 0700) == 0)
        return {};
    if (errno == ENOENT && folder.has_parent_path() && folder.parent_path() != folder) {
        DROVER_CHECK(makePrivateFolder(folder.parent_path()));
        if (::mkdir(folder.c_str(), 0700) == 0)
            return {};
    }
    const int failure = errno; // the question below has an errno of its own
    std::error_code ignored;
    if (std::filesystem::is_directory(folder, ignored))
        return {};
    errno = failure;
    return fileError("cannot make the folder", folder);
}

Result<OwnedFd> lockFile(const std::filesystem::path& file)
{
    OwnedFd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!fd.valid())
        return fileError("cannot open", file);
    auto lock = wholeFileLock();
    if (::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0)
        return fd;
    if (errno == EAGAIN || errno == EACCES)
        return Error{Errc::busy, "locked by another process", file.string()};
    return fileError("cannot lock", file);
}

bool isLocked(const std::filesystem::path& file)
{
    const OwnedFd fd{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
    if (!fd.valid())
        return false;
    auto lock = wholeFileLock();
    return ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

} // namespace drover
