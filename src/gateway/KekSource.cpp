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

constexpr std::size_t textLimit = 64 * 1024;

Result<Secret> readText(int descriptor, const std::string& where)
{
    std::string text;
    text.reserve(textLimit); // never moved while it grows, so that no copy is left behind
    std::array<char, 4096> piece{};
    ssize_t count = 0;
    while ((count = ::read(descriptor, piece.data(), piece.size())) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 || text.size() + std::size_t(count) > textLimit) {
            wipe(text);
            return Error{count < 0 ? errcOfErrno(errno) : Errc::invalidInput,
                         count < 0 ? std::string("cannot be read: ") + std::strerror(errno) : "too long for what belongs here", where};
        }
        text.append(piece.data(), std::size_t(count));
    }
    ::explicit_bzero(piece.data(), piece.size());
    return Secret::taking(text);
}

struct Closing {
    int descriptor;
    ~Closing() { ::close(descriptor); }
};

Result<Secret> readPrivateFile(const std::filesystem::path& file)
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
    return readText(descriptor, file.string());
}

Result<std::vector<Kek>> keksOf(const Secret& lines, const std::string& where)
{
    auto keks = parseKekLines(lines);
    if (!keks.has_value())
        return at(where, std::move(keks).error());
    return std::move(*keks);
}

std::string_view firstLine(std::string_view text)
{
    return text.substr(0, text.find_first_of("\r\n"));
}

Result<redis::Login> loginOf(const Secret& line, const std::string& where)
{
    auto login = line.reveal([](std::string_view text) { return redis::parseLogin(firstLine(text)); });
    if (!login.has_value())
        return at(where, std::move(login).error());
    return std::move(*login);
}

} // namespace

Result<std::vector<Kek>> readKekDescriptor(int descriptor)
{
    const Closing closing{descriptor};
    const std::string where = "--kek-fd " + std::to_string(descriptor);
    DROVER_TRY(const Secret lines, readText(descriptor, where));
    return keksOf(lines, where);
}

Result<std::vector<Kek>> readKekFile(const std::filesystem::path& file)
{
    DROVER_TRY(const Secret lines, readPrivateFile(file));
    return keksOf(lines, file.string());
}

Result<redis::Login> readRedisDescriptor(int descriptor)
{
    const Closing closing{descriptor};
    const std::string where = "--redis-fd " + std::to_string(descriptor);
    DROVER_TRY(const Secret line, readText(descriptor, where));
    return loginOf(line, where);
}

Result<redis::Login> readRedisFile(const std::filesystem::path& file)
{
    DROVER_TRY(const Secret line, readPrivateFile(file));
    return loginOf(line, file.string());
}

Result<Secret> readPasswordFile(const std::filesystem::path& file)
{
    DROVER_TRY(const Secret text, readPrivateFile(file));
    return text.reveal([](std::string_view all) { return Secret(firstLine(all)); });
}

} // namespace drover::gateway
