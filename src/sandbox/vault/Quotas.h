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

// Rate limits: sys/quotas. Each lets `rate` calls through in `interval` seconds.
class VaultQuotas {
public:
    VaultQuotas(const Clock& clock, Random& ids) : clock_(clock), ids_(ids) {}

    using Headers = std::vector<std::pair<std::string, std::string>>;
    // Counts a call; the refusal where it is one too many. `headers` get what goes with the answer.
    std::optional<VaultAnswer> count(std::string_view path, Headers& headers);
    // The path below sys/quotas/; nothing where it is none of ours.
    std::optional<VaultAnswer> handle(std::string_view path, const EngineCall& call);

private:
    struct Quota {
        std::string path;
        std::int64_t rate = 0;
        std::int64_t intervalS = 1;
        std::int64_t left = 0;
        WallTime windowEnd{};
    };
    const Clock& clock_;
    Random& ids_;
    std::map<std::string, Quota, std::less<>> quotas_;
    bool headers_ = false;
};

} // namespace drover::sandbox
