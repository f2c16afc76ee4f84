// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

namespace drover {

// One value of gateway/keys.json (contracts: {"v":1,"kek","hosts","sealed"}): XChaCha20-Poly1305 (RFC draft
// irtf-cfrg-xchacha, libsodium), associated data "drover/1|<workspace>|<kek id>|<key id>|<hosts joined by ,>".
struct SealedKey {
    std::string kek;
    std::vector<std::string> hosts; // "host" (443) or "host:port"
    std::string sealed;             // base64 of nonce and ciphertext
    std::string extra{};            // unknown fields as a JSON object text, or empty
    bool operator==(const SealedKey&) const = default;
};

using SealedKeys = std::map<std::string, SealedKey>; // key id -> value

} // namespace drover
