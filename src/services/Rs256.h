// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"

#include <string>
#include <string_view>

namespace drover {

// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, RS256): the bytes of the signature. `pem`: an RSA private key, PKCS #8 or
// PKCS #1, without a passphrase. Errors: invalidInput.
Result<std::string> signRs256(const Secret& pem, std::string_view text);

} // namespace drover
