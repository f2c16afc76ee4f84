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

void aimTarget(WorkspaceConfig& config, const std::string& target, std::string url)
{
    TargetConfig& there = config.targets[target];
    if (there.openai == url)
        return;
    there = {};
    there.name = target;
    there.openai = std::move(url);
}

Result<WorkspaceConfig> withSettings(const WorkspaceConfig& config, const std::vector<std::pair<std::string, std::string>>& settings)
{
    constexpr std::string_view file = "drover.toml";
    std::string toml = writeConfig(config);
    for (const auto& [key, value] : settings) {
        DROVER_TRY(toml, setConfigValue(toml, key, value, file));
    }
    return parseConfig(toml, file);
}

bool opensByBrowser(const WorkspaceConfig& config)
{
    return config.secrets == WorkspaceConfig::SecretBackend::vault && config.vault.auth == vault::AuthMethod::oidc;
}

} // namespace drover::app
