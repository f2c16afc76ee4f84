// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/config/WorkspaceConfig.h"

#include <string>
#include <utility>
#include <vector>

namespace drover::app {

// The settings a new workspace begins with: OpenAI and Anthropic as legacy, HolySheep with its four regions (addresses
// of the playbook and of the vendor's documentation), policy playbook, the keyring for secrets.
WorkspaceConfig newWorkspaceConfig(std::string name);

// The target's address in OpenAI's form. Another host has other regions and another Anthropic address: those of the one before go.
void aimTarget(WorkspaceConfig& config, const std::string& target, std::string url);

// The settings with others by their dotted key, as `config set` would write them. Errors: invalidInput with the key.
Result<WorkspaceConfig> withSettings(const WorkspaceConfig& config, const std::vector<std::pair<std::string, std::string>>& settings);
// Whether a person logs in at its secret store by browser.
bool opensByBrowser(const WorkspaceConfig& config);

} // namespace drover::app
