// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/vault/VaultTypes.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace drover::sandbox {

// Response wrapping: an answer behind a token that works once.
class VaultWrapping {
public:
    VaultWrapping(const Clock& clock, Random& ids) : clock_(clock), ids_(ids) {}

    // Seconds of X-Vault-Wrap-TTL (0: no wrapping), or the refusal of a bad one.
    struct Wish {
        std::int64_t ttlS = 0;
        std::optional<VaultAnswer> refusal;
    };
    static Wish wishOf(const std::optional<std::string>& header);

    // The answer wrapped, where it is one that Vault wraps; else as it is.
    VaultAnswer wrap(VaultAnswer answer, std::string token, std::int64_t ttlS, std::string_view path);
    // sys/wrapping/lookup and unwrap: by the body's token, else the header's.
    VaultAnswer lookup(std::string_view token);
    VaultAnswer unwrap(std::string_view token);
    // Whether it is a wrapping token, used as if it were another one: then it is spent.
    bool spend(std::string_view token);

private:
    struct Wrapped {
        VaultAnswer answer;
        std::string path;
        std::int64_t ttlS = 0;
        WallTime created{};
    };
    std::map<std::string, Wrapped, std::less<>>::iterator live(std::string_view token);

    const Clock& clock_;
    Random& ids_;
    std::map<std::string, Wrapped, std::less<>> wrapped_;
};

} // namespace drover::sandbox
