// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/ErrorClass.h"
#include "domain/migration/Phase.h"
#include "http/Head.h"
#include "protocol/openai/RequestFacts.h"

#include <cstdint>
#include <span>
#include <string>

namespace drover::gateway {

// What a request is told apart by: header X-Drover-Sticky, the headers of [gateway] sticky, the body's fields, else
// the client's token with its first user message (contracts.md).
std::uint64_t stickyOf(const http::Head& head, std::span<const std::string> stickyHeaders, const RequestFacts& facts,
                       std::uint64_t tokenHash);

// Whether an attempt that ended so, before a byte went to the client, is tried on legacy instead.
struct FallbackCase {
    Phase phase = Phase::idle;
    bool legacyRetired = false;
    bool onLegacy = false;  // the attempt was on legacy itself
    bool bound = false;     // the request refers to state that one provider keeps
};
bool fallsBack(const FallbackCase& about, ErrorClass errorClass);

// The class of the first attempt once legacy has answered the same request: a 4xx that legacy accepts was the new
// target's fault.
ErrorClass afterFallback(ErrorClass first, ErrorClass legacy);

} // namespace drover::gateway
