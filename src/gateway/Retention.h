// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"
#include "protocol/config/WorkspaceConfig.h"

#include <filesystem>

namespace drover::gateway {

// Removes request logs and evidence whose date, in their name, lies further back than the workspace keeps them.
void removeOldLogs(const std::filesystem::path& folder, const WorkspaceConfig::Retention& kept, WallTime now);

} // namespace drover::gateway
