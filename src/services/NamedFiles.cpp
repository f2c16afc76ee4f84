// SPDX-License-Identifier: Apache-2.0
#include "services/NamedFiles.h"

#include "services/Files.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <utility>

namespace drover {
namespace {

constexpr std::size_t mostBytes = 1 << 20;

Result<NamedFile> readNow(const std::filesystem::path& file)
{
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0)
        return errno == ENOENT ? Error{Errc::notFound, "there is no such file", file.string()} : fileError("cannot look at", file);
    if (!S_ISREG(info.st_mode)) // opening a pipe would wait for whoever writes it
        return Error{Errc::invalidInput, "this is not a file", file.string()};
    if (info.st_size > off_t(mostBytes))
        return Error{Errc::invalidInput, "this is larger than 1 MiB: no file of keys", file.string()};
    DROVER_TRY(std::optional<std::string> bytes, readWholeFile(file, mostBytes));
    if (!bytes)
        return Error{Errc::notFound, "there is no such file", file.string()};
    NamedFile read;
    read.text = Secret::taking(*bytes);
    read.othersMayRead = (info.st_mode & (S_IRGRP | S_IROTH)) != 0;
    return read;
}

} // namespace

Task<Result<NamedFile>> NamedFiles::read(std::filesystem::path file, Deadline deadline)
{
    if (!worker_)
        worker_ = std::make_unique<Worker>("drover-named");
    const std::string place = file.string();
    auto reading = worker_->run([file = std::move(file)] { return readNow(file); });
    auto limited = byDeadline(deadline, std::move(reading), "reading " + place);
    co_return co_await std::move(limited);
}

} // namespace drover
