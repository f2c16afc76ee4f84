// SPDX-License-Identifier: Apache-2.0
#include "gateway/Owners.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>

namespace drover::gateway {
namespace {

constexpr std::size_t maxIdLength = 256;
constexpr std::size_t maxRead = 256 * 1024; // at once, so that a long file holds up no request
constexpr std::string_view suffix = ".txt";
constexpr Duration goneAfter = std::chrono::hours(1);

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        if (entry.path().native().ends_with(suffix))
            files.push_back(entry.path());
    }
    return files;
}

// Since the epoch; nothing where there is no such file.
std::optional<Duration> writtenAt(const std::filesystem::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return std::nullopt;
    return std::chrono::floor<Duration>(std::chrono::seconds(about.st_mtim.tv_sec) + std::chrono::nanoseconds(about.st_mtim.tv_nsec));
}

} // namespace

Owners::Owners(FileWriter& writer, std::filesystem::path folder, std::string gateway, std::size_t limit)
    : writer_(writer), folder_(std::move(folder)), file_(folder_ / (gateway + std::string(suffix))), limit_(limit)
{
}

// Oldest file first, so that the newest ids are the ones that stay.
void Owners::load(WallTime now)
{
    auto files = filesIn(folder_);
    std::ranges::sort(files, {}, writtenAt);
    std::vector<std::filesystem::path> gone;
    for (const auto& file : files) {
        while (follow(file)) {
        }
        if (file != file_ && isGone(file, now))
            gone.push_back(file);
    }
    if (!gone.empty() || lines_ > 2 * limit_)
        rewrite(std::move(gone));
}

void Owners::look()
{
    for (const auto& file : filesIn(folder_)) {
        if (file != file_)
            follow(file);
    }
}

bool Owners::follow(const std::filesystem::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return false;
    auto& at = followed_[file.filename().string()];
    if (at.inode != about.st_ino || std::uint64_t(about.st_size) < at.read)
        at = {about.st_ino, 0}; // written anew
    if (at.read == std::uint64_t(about.st_size))
        return false;
    std::ifstream in(file);
    in.seekg(std::streamoff(at.read));
    std::string text(std::min<std::size_t>(maxRead, std::size_t(about.st_size) - at.read), '\0');
    in.read(text.data(), std::streamsize(text.size()));
    text.resize(std::size_t(in.gcount()));
    const std::size_t end = text.rfind('\n');
    if (end == std::string::npos)
        return false; // the line is being written
    text.resize(end + 1);
    at.read += text.size();
    std::istringstream lines(text);
    std::string target, id;
    while (lines >> target >> id) {
        remember(id, target);
        lines_ += file == file_ ? 1 : 0;
    }
    return at.read < std::uint64_t(about.st_size);
}

// A gateway that lives writes its acknowledgement each second.
bool Owners::isGone(const std::filesystem::path& file, WallTime now) const
{
    const auto limit = now.time_since_epoch() - goneAfter;
    const auto last = writtenAt(file);
    const auto ack = writtenAt(folder_.parent_path() / "acks" / (file.stem().string() + ".json"));
    return last && *last < limit && (!ack || *ack < limit);
}

void Owners::rewrite(std::vector<std::filesystem::path> old)
{
    std::string all;
    for (const auto& id : order_)
        all.append(targets_[id]).append(" ").append(id).append("\n");
    lines_ = order_.size();
    writer_.replace(file_, std::move(all));
    writer_.run([file = file_, old = std::move(old)] {
        std::error_code failed;
        if (!std::filesystem::exists(file, failed))
            return; // it could not be written: the old ones stay
        for (const auto& one : old)
            std::filesystem::remove(one, failed);
    });
}

bool Owners::remember(std::string id, std::string target)
{
    const auto [place, isNew] = targets_.insert_or_assign(id, std::move(target));
    if (!isNew)
        return false;
    order_.push_back(std::move(id));
    if (order_.size() > limit_) {
        targets_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

void Owners::add(std::string_view id, std::string_view target)
{
    const bool plain = std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
    if (id.empty() || id.size() > maxIdLength || !plain || !remember(std::string(id), std::string(target)))
        return;
    if (++lines_ > 2 * limit_)
        rewrite({});
    else
        writer_.append(file_, std::string(target) + " " + std::string(id) + "\n");
}

std::string Owners::find(std::string_view id) const
{
    const auto found = targets_.find(std::string(id));
    return found == targets_.end() ? std::string{} : found->second;
}

std::string Owners::findInPath(std::string_view path) const
{
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        if (auto owner = find(path.substr(0, slash)); !owner.empty())
            return owner;
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return {};
}

} // namespace drover::gateway
