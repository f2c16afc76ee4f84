// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/provider/Reply.h"

#include <string_view>

namespace drover::sandbox {

struct World;

// The sandbox's control address, which no real provider has: its dashboard and its levers (docs/sandbox.md).
//   GET  /counts            what each provider received: {"legacy":{"requests","refused","by_key":{}},"holysheep":{…}}
//   GET  /requests?since=N  each call since N ns of CLOCK_MONOTONIC, one JSON object a line
//   GET  /keys              the providers' keys, without the keys
//   POST /keys              {"target":"legacy"|"holysheep"[,"name"][,"api_key"]} → {"key_id","api_key"}
//   POST /vault/token       → {"token"}: all rights in the Vault stand-in
//   GET  /state             scenario and laws in force
//   POST /fault             changes them; see applyFault
// Errors are {"error":"…"} with 400 or 404.
Reply answerControl(World& world, std::string_view method, std::string_view target, std::string_view body);

} // namespace drover::sandbox
