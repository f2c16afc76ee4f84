// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "main/LiveWorkspace.h"

namespace drover {

// The stores of the clouds, by their settings. What is missing in the settings is said at the first call, so that
// `config set` can still add it. References to secrets are resolved each time: a renewed file is taken up.
// Errors: invalidInput without an address.
Result<std::unique_ptr<SecretStore>> makeVaultStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around,
                                                    WorkspaceDb* db);
std::unique_ptr<SecretStore> makeAwsStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around);
std::unique_ptr<SecretStore> makeGcpStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around);
std::unique_ptr<SecretStore> makeAzureStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around);

} // namespace drover
