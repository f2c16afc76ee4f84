// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "protocol/routing/Sealing.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drover::gateway {

// A provider's key, opened. It goes to its hosts and to no other.
struct OpenKey {
    std::string id;
    std::string shown;               // the id cut to 8 characters, for logs and metrics
    std::uint64_t salt = 0;
    Secret secret;
    std::vector<std::string> hosts;  // "host" (443) or "host:port"

    bool fits(std::string_view host) const;
};

// What keys.json holds, opened with the key-encryption keys. Immutable; requests under way keep the one they began with.
class Keyring {
public:
    // Keys that cannot be opened are listed in refused(), the others are usable.
    static std::shared_ptr<const Keyring> open(const SealedKeys& sealed, const std::vector<Kek>& keks,
                                               std::string_view workspace);

    std::shared_ptr<const OpenKey> find(std::string_view id) const;
    const std::map<std::string, std::shared_ptr<const OpenKey>, std::less<>>& keys() const { return keys_; }
    const std::map<std::string, Error>& refused() const { return refused_; }

private:
    std::map<std::string, std::shared_ptr<const OpenKey>, std::less<>> keys_;
    std::map<std::string, Error> refused_;
};

} // namespace drover::gateway
