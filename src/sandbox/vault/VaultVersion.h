// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace drover::sandbox {

// Which Vault the stand-in is. The recorded one by default; what later ones do otherwise is told by since().
struct VaultVersion {
    std::string text = "1.8.0-dev";
    int major = 1;
    int minor = 8;
    int patch = 0;

    // "1.13", "1.13.3", "1.14.0-rc1".
    static std::optional<VaultVersion> parse(std::string_view text);
    // 1.<minor>.<patch> or later.
    bool since(int wantedMinor, int wantedPatch = 0) const
    {
        if (major != 1)
            return major > 1;
        return minor != wantedMinor ? minor > wantedMinor : patch >= wantedPatch;
    }
    // A change that was carried back into older lines.
    bool exemptsHealthFromQuotas() const;
    bool refusesDotsPlainly() const;
};

} // namespace drover::sandbox
