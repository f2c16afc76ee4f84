// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/config/WorkspaceConfig.h"

#include <string>

namespace drover::app {

// The settings a new workspace begins with: OpenAI and Anthropic as legacy, HolySheep with its four regions (addresses
// of the playbook and of the vendor's documentation), policy playbook, the keyring for secrets.
WorkspaceConfig newWorkspaceConfig(std::string name);

} // namespace drover::app
