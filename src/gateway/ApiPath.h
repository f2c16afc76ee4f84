// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace drover::gateway {

// Whether a client may call this path (without its query) with a provider's key: below /v1/, plain enough that no
// server on the way reads another path in it (no dot segments, no encoded or doubled slashes), and none of those that
// manage the provider's account: keys, configuration, organization, billing.
bool isApiPath(std::string_view path);

// The methods that the official clients use. TRACE would echo the provider's key.
bool isApiMethod(std::string_view method);

} // namespace drover::gateway
