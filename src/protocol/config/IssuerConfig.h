// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <string>

namespace drover {

// [targets.NAME.issuer]. What a kind needs and is not there is said when it is used, so that settings can be made one by one.
void readIssuer(TomlFields& fields, TargetConfig::Issuer& issuer);
// With its header; empty where all of it is as by default.
std::string writeIssuer(const TargetConfig& target);

} // namespace drover
