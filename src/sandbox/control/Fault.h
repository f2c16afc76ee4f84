// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "sandbox/json/Json.h"

namespace drover::sandbox {

struct World;

// Switches faults at run time. For a provider: {"target":"legacy"|"holysheep", …} with any of
//   "hang":bool                    no call is answered
//   "down":"eu-west" | "up":…      calls to one region ("main" too) are reset
//   "error_rate","noise","divergence": 0..1;  "p50_ms","p95_ms": > 0
//   "dead_keys":bool               keys made from now on are never accepted
//   "mint":"fine"|"lost"|"lost_once"|"absent"  POST /v1/keys: made but the reply lost; 404
//   "rate_limits":bool             429 above the limit that the headers show
// For Vault: {"vault":"seal"|"unseal"|"hang"|"answer"}.
// Errors: invalidInput naming the field; nothing is changed then.
Result<void> applyFault(World& world, const Json& fault);

} // namespace drover::sandbox
