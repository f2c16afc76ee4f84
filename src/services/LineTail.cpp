// SPDX-License-Identifier: Apache-2.0
#include "services/LineTail.h"

#include "services/Files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

namespace drover {
namespace {

constexpr std::size_t longestLine = 4 << 20;
constexpr std::size_t tailChunk = 256 << 10;

std::vector<std::string> lineFilesOf(const std::filesystem::path& folder)
{
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator item{folder, failed}, end; !failed && item != end;
         item.increment(failed)) {
        if (item->path().extension() == ".jsonl")
            names.push_back(item->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

// Whether a file's name ends in a day before the given one. One without a day may hold anything.
bool isBefore(std::string_view name, std::string_view day)
{
    constexpr std::string_view pattern = "-0000-00-00.jsonl";
    if (day.empty() || name.size() < pattern.size())
        return false;
    const std::string_view end = name.substr(name.size() - pattern.size());
    const bool dated = std::ranges::equal(end, pattern, [](char is, char wanted) {
        return wanted == '0' ? is >= '0' && is <= '9' : is == wanted;
    });
    return dated && end.substr(1, day.size()) < day;
}

} // namespace

Result<void> LineTail::poll(const OnLine& onLine, std::string_view fromDay)
{
    for (auto& [name, place] : places_)
        place.seen = false;
    for (const auto& name : lineFilesOf(folder_)) {
        if (!places_.contains(name) && isBefore(name, fromDay))
            continue;
        auto& place = places_[name];
        place.seen = true;
        DROVER_CHECK(pollFile(folder_ / name, place, onLine));
    }
    std::erase_if(places_, [](const auto& item) { return !item.second.seen; });
    return {};
}

Result<void> LineTail::pollFile(const std::filesystem::path& file, Place& place, const OnLine& onLine)
{
    const OwnedFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd.valid())
        return errno == ENOENT ? Result<void>{} : Result<void>{fileError("cannot open", file)};
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0)
        return fileError("cannot read", file);
    if (place.file != info.st_ino) {
        place = Place{};
        place.file = info.st_ino;
        place.seen = true;
    }
    if (info.st_size < place.offset) { // cut short: what is left was read already
        place.offset = info.st_size;
        place.partial.clear();
        char last = '\n'; // what follows belongs to a line that lost its end, unless it was cut between lines
        place.skipping =
            info.st_size > 0 && ::pread(fd.get(), &last, 1, info.st_size - 1) == 1 && last != '\n';
    }
    const auto chunk = std::make_unique<char[]>(tailChunk);
    while (place.offset < info.st_size) {
        const auto got = ::pread(fd.get(), chunk.get(), tailChunk, place.offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fileError("cannot read", file);
        if (got == 0)
            break;
        place.offset += got;
        take({chunk.get(), std::size_t(got)}, place, onLine);
    }
    return {};
}

void LineTail::take(std::string_view bytes, Place& place, const OnLine& onLine)
{
    for (;;) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos)
            break;
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        if (place.skipping) {
            place.skipping = false;
        } else if (place.partial.empty()) {
            onLine(line);
        } else {
            place.partial += line;
            onLine(place.partial);
        }
        place.partial.clear();
    }
    if (!place.skipping)
        place.partial += bytes;
    if (place.partial.size() > longestLine) {
        place.partial.clear();
        place.partial.shrink_to_fit();
        place.skipping = true;
    }
}

} // namespace drover
