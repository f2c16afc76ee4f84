// SPDX-License-Identifier: Apache-2.0
#include "gateway/Owners.h"

#include <algorithm>
#include <fstream>
#include <vector>

namespace drover::gateway {
namespace {

constexpr std::size_t maxIdLength = 256;

} // namespace

Owners::Owners(FileWriter& writer, std::filesystem::path folder, std::string gateway)
    : writer_(writer), folder_(std::move(folder)), file_(folder_ / (gateway + ".txt"))
{
}

// Oldest file first, so that the newest ids are the ones that stay.
void Owners::load()
{
    std::error_code failed;
    std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, failed)) {
        if (entry.is_regular_file(failed))
            files.emplace_back(entry.last_write_time(failed), entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& [time, path] : files) {
        std::ifstream in(path);
        std::string target, id;
        while (in >> target >> id)
            remember(id, target);
    }
}

bool Owners::remember(std::string id, std::string target)
{
    const auto [place, isNew] = targets_.insert_or_assign(id, std::move(target));
    if (!isNew)
        return false;
    order_.push_back(std::move(id));
    if (order_.size() > limit) {
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
