// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/vault/Vault.h"

#include <string>
#include <string_view>

namespace drover::vault {

// Percent-encoded, slashes kept.
std::string escapedPath(std::string_view path);

// A request to /v1/<path> with the headers that go with each.
Request requestTo(std::string method, std::string path, std::string_view nameSpace);

} // namespace drover::vault
