// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A key of the inventory, as far as it can be recognised without knowing it.
struct HeldKey {
    std::string id;
    std::string fingerprint; // fingerprintOf()
    std::string hint;        // "****x9Qf"
};

struct KeyFinding {
    std::size_t line = 0;   // from 1
    std::size_t column = 0; // from 1, in bytes
    std::string hint;       // of what was found: "****x9Qf"
    std::string prefix;     // "cr_"; "" where only the fingerprint told
    std::string keyId;      // of the inventory; "" where it is no key of ours
    bool operator==(const KeyFinding&) const = default;
};

// Finds keys in text that should hold none: those of the inventory by their fingerprint, whatever they look like, and
// others by the prefixes of the providers (sk-, sk-ant-, cr_, hs_, hsa_) and Drover's client tokens (drv_). What follows
// a prefix must look random – length, digits, letters, entropy – so that identifiers, class names and placeholders are
// passed over; TestKeyScan states the rate. Never gives the key itself.
class KeyScanner {
public:
    explicit KeyScanner(std::vector<HeldKey> held);
    // `firstLine` is the number of the text's first line, for texts that come in pieces. Pieces end at line ends, or
    // overlap by longestKey bytes.
    std::vector<KeyFinding> scan(std::string_view text, std::size_t firstLine = 1) const;

    static constexpr std::size_t longestKey = 512;

private:
    const HeldKey* heldAs(std::string_view word) const;

    std::multimap<std::string, HeldKey, std::less<>> byEnding_; // the last four characters -> key
    std::vector<HeldKey> withoutEnding_;                        // keys too short for a hint with an ending
};

// The known prefix a text begins with ("sk-ant-" before "sk-"), "" where there is none.
std::string_view knownKeyPrefix(std::string_view text);
// Whether a word with a known prefix is a key rather than an identifier that happens to begin alike.
bool looksLikeKey(std::string_view word);

} // namespace drover
