// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace drover {

// A reference to what opens a store, which cannot lie in it.
SecretRef openingRef(TomlFields& fields, std::string_view key);
// The table with its header and the fields that are not empty.
std::string tableText(std::string_view header, std::initializer_list<std::pair<std::string_view, std::string>> fields);

// [vault] but for its address; empty where all of it is as by default.
void readVaultStore(TomlFields& fields, WorkspaceConfig::Vault& vault);
std::string writeVaultStore(const WorkspaceConfig::Vault& vault);

// The tables [aws], [gcp] and [azure] of drover.toml. What a store needs and is not there is said when it is used, so
// that settings can be made one by one.
void readCloudStores(TomlFields& root, WorkspaceConfig& config);
// Those that differ from the defaults, each with its header.
std::string writeCloudStores(const WorkspaceConfig& config);

} // namespace drover
