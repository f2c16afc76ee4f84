// SPDX-License-Identifier: Apache-2.0
#include "gateway/KekSource.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace drover::gateway {
namespace {

constexpr std::size_t kekTextLimit = 64 * 1024;

Result<std::vector<Kek>> readKeks(int descriptor, const std::string& where)
{
    std::string text;
    text.reserve(kekTextLimit); // never moved while it grows, so that no copy is left behind
    std::array<char, 4096> piece{};
    ssize_t count = 0;
    while ((count = ::read(descriptor, piece.data(), piece.size())) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 || text.size() + std::size_t(count) > kekTextLimit) {
            wipe(text);
            return Error{count < 0 ? errcOfErrno(errno) : Errc::invalidInput,
                         count < 0 ? std::string("cannot be read: ") + std::strerror(errno) : "too long for key-encryption keys", where};
        }
        text.append(piece.data(), std::size_t(count));
    }
    ::explicit_bzero(piece.data(), piece.size());
    const Secret lines = Secret::taking(text);
    auto keks = parseKekLines(lines);
    if (!keks.has_value())
        return at(where, std::move(keks).error());
    return std::move(*keks);
}

struct Closing {
    int descriptor;
    ~Closing() { ::close(descriptor); }
};

} // namespace

Result<std::vector<Kek>> readKekDescriptor(int descriptor)
{
    const Closing closing{descriptor};
    return readKeks(descriptor, "--kek-fd " + std::to_string(descriptor));
}

Result<std::vector<Kek>> readKekFile(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return Error{Errc::invalidInput, std::string("cannot be opened: ") + std::strerror(errno), file.string()};
    const Closing closing{descriptor};
    struct stat about {};
    if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode))
        return Error{Errc::invalidInput, "not a regular file", file.string()};
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Errc::invalidInput, "group or others can read it; it must be chmod 0600 or 0400", file.string()};
    return readKeks(descriptor, file.string());
}

} // namespace drover::gateway
