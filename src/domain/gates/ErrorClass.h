// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace drover {

// What became of one attempt at a provider (contracts.md, "class").
enum class ErrorClass {
    ok,
    auth,         // 401, 403
    billing,      // 402, insufficient_quota and the like
    rate,         // other 429
    overload,     // 529 and overloaded 503
    upstream,     // other 5xx
    network,      // no connection, reset, or no first byte within the deadline
    cut,          // lost after the first byte
    streamError,  // an error event inside a 200
    client,       // other 4xx
    incompatible, // a 4xx of the new target that legacy then accepted
    aborted,      // the client left
};
inline constexpr std::size_t errorClassCount = 12;

// "ok", "stream_error", … as in the request log.
std::string_view errorClassName(ErrorClass value);
std::optional<ErrorClass> errorClassFrom(std::string_view name);

// Whether gates count it against the target: never client or aborted, which say nothing of the provider (D34).
bool countsAsError(ErrorClass value);
// Whether it is evidence at all: everything but client and aborted.
bool countsAsEvidence(ErrorClass value);

} // namespace drover
