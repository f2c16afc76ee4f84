// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

namespace drover {

// The text of resources/policies/<name>.toml, which every program carries in itself: "playbook", "rehearsal".
std::optional<std::string_view> builtinPolicy(std::string_view name);

} // namespace drover
