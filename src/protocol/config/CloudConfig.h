// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <string>

namespace drover {

// The tables [aws], [gcp] and [azure] of drover.toml. What a store needs and is not there is said when it is used, so
// that settings can be made one by one.
void readCloudStores(TomlFields& root, WorkspaceConfig& config);
// Those that differ from the defaults, each with its header.
std::string writeCloudStores(const WorkspaceConfig& config);

} // namespace drover
