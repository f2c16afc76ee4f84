// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// RFC 4648: standard alphabet with padding, and the URL-safe one without.
std::string toBase64(std::string_view bytes);
std::string toBase64Url(std::string_view bytes);
// Nothing for anything that is not whole, canonical standard base64.
std::optional<std::string> fromBase64(std::string_view text);
// Lowercase hex digits.
std::string toHex(std::string_view bytes);
// The 32 bytes of SHA-256.
std::string sha256(std::string_view bytes);

} // namespace drover
