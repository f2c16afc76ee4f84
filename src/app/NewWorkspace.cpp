// SPDX-License-Identifier: Apache-2.0
#include "app/NewWorkspace.h"

#include <utility>

namespace drover::app {

WorkspaceConfig newWorkspaceConfig(std::string name)
{
    WorkspaceConfig config;
    config.name = std::move(name);
    TargetConfig& legacy = config.targets["legacy"];
    legacy.name = "legacy";
    legacy.openai = "https://api.openai.com/v1";
    legacy.anthropic = "https://api.anthropic.com";
    TargetConfig& holysheep = config.targets["holysheep"];
    holysheep.name = "holysheep";
    holysheep.openai = "https://api.holysheep.ai/v1";
    holysheep.anthropic = "https://api.holysheep.ai";
    holysheep.regions = {{"us-east", "https://api-use1.holysheep.ai/v1"},
                         {"us-west", "https://api-usw1.holysheep.ai/v1"},
                         {"eu-west", "https://api-euw1.holysheep.ai/v1"},
                         {"ap-south", "https://api-aps1.holysheep.ai/v1"}};
    return config;
}

} // namespace drover::app
