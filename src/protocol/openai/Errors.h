// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Ids.h"
#include "base/Time.h"
#include "domain/gates/ErrorClass.h"
#include "protocol/openai/RateLimit.h"

#include <optional>
#include <string>
#include <string_view>

namespace drover {

// An answer that is no success, whoever wrote it: OpenAI ({"error":{message,type,param,code}}), Anthropic
// ({"type":"error","error":{type,message}}), relays with a string ({"error":"…","message":"…"}), proxies (HTML).
struct ApiError {
    ErrorClass errorClass = ErrorClass::upstream;
    int status = 0;
    std::string type;      // "" where the body names none
    std::string code;
    std::string message;   // at most 300 characters, tags stripped, anything like a key masked
    bool retryable = false; // by the protocol: 408, 409, 429 that is not about money, 5xx; x-should-retry overrides it
};
ApiError parseError(int status, std::string_view body);
// The class alone (contracts.md), from what the body named. 2xx is ok, 0 is network. Money counts as billing on 400,
// 403 and 429 too: providers hide it behind each of them.
ErrorClass classify(int status, std::string_view type, std::string_view code, std::string_view message);
// Whether the answer is the provider's word that it takes this key no more: a 401, but for one about where the request came from or about
// membership (OpenAI: "401 - IP not authorized", https://platform.openai.com/docs/guides/error-codes); a 403 only where it speaks of the key as
// invalid, disabled, revoked or expired. Any other 403 may be a firewall's, a proxy's, a country's, or a key without the right to ask.
bool refusesKey(int status, std::string_view body);
// An error event inside a 200 stands for this status: 529 or 503 when overloaded, 429, … else 500.
int statusOfStreamError(std::string_view errorType);

// Replaces what looks like a key or token (sk-…, cr_…, hs_…, hvs.…, drv_…, JWTs, whatever follows Bearer, words of 32 and
// more characters that mix letters and digits) by "****". UUIDs stay.
std::string maskSecrets(std::string_view text);
// A text of the other side in one line of at most 300 characters, masked before it is cut.
std::string excerpt(std::string_view text);

struct RetryHint {
    std::optional<Duration> after;    // a minimum: retry-after-ms, else Retry-After; on a 429 without either, the
                                      // reset of an empty plain X-RateLimit bucket
    std::optional<bool> shouldRetry;  // x-should-retry
};
RetryHint parseRetryHint(int status, const HeaderLookup& header, WallTime now);

// How long to wait before attempt `attempt` + 1 (0-based), or nothing where trying again is no use: what the official
// clients do: the hint if it is at most 120 s (none above), else min(0.5·2^n, 8) s times a random 0.75..1.
std::optional<Duration> retryDelay(const ApiError& error, const RetryHint& hint, int attempt, Random& random);

} // namespace drover
