// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <map>
#include <string>

namespace drover {

// The playbook's table (acceptance A184-A190): requests and tokens a minute of the models it names.
const std::map<std::string, RateRule, std::less<>>& playbookLimits();
// Of a model that it does not name.
inline constexpr RateRule playbookOtherLimit{1000, 0};

// [targets.NAME.limits]. A target that has the table has the playbook's for what it does not say, unless defaults = "none".
void readLimits(TomlFields& fields, TargetConfig::Limits& limits);
// With its header; empty where nothing is limited.
std::string writeLimits(const TargetConfig& target);

} // namespace drover
