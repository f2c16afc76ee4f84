// SPDX-License-Identifier: Apache-2.0
#include "gateway/Retention.h"

namespace drover::gateway {
namespace {

constexpr std::string_view logSuffix = ".jsonl";
constexpr std::size_t dateLength = 10;

void removeBefore(const std::filesystem::path& folder, const std::string& oldest)
{
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(logSuffix) || name.size() < logSuffix.size() + dateLength)
            continue;
        const std::string date = name.substr(name.size() - logSuffix.size() - dateLength, dateLength);
        if (date[4] == '-' && date[7] == '-' && date < oldest)
            std::filesystem::remove(entry.path(), failed);
    }
}

} // namespace

void removeOldLogs(const std::filesystem::path& folder, const WorkspaceConfig::Retention& kept, WallTime now)
{
    removeBefore(folder / "requests", formatDate(now - std::chrono::days(kept.requestsDays)));
    removeBefore(folder / "evidence", formatDate(now - std::chrono::days(kept.evidenceDays)));
}

} // namespace drover::gateway
