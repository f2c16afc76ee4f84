// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drover {

// One version of a name, in a store that has no versions of its own.
struct SecretVersion {
    std::uint64_t number = 0;
    std::string entry;          // what the store keeps it under; no two versions share one
    std::uint64_t replaces = 0; // the version that was current when it was begun; 0: none
    WallTime begun{};
    bool operator==(const SecretVersion&) const = default;
};

// What is known of one name's versions: which are there, which is current. A write begins a version, puts the secret under an entry of
// its own and then makes it current, if what it replaces still is: so no write overwrites another, and of two at once one has the name.
// A write that died on the way left a version that was begun; whoever comes next finishes it, or takes it away when it is old.
class SecretVersions {
public:
    SecretVersions() = default;
    // As they were kept.
    SecretVersions(std::uint64_t last, std::uint64_t current, std::vector<SecretVersion> all);

    std::uint64_t last() const { return last_; }       // the highest number ever given; 0: the name was never known
    std::uint64_t current() const { return current_; } // 0: none
    const std::vector<SecretVersion>& all() const { return all_; } // by number
    const SecretVersion* find(std::uint64_t number) const;

    // The next version, for a write that expects `expected` to be current (0: none). Numbers are never given twice. Errors: conflict, with
    // both numbers.
    Result<SecretVersion> begin(const std::string& name, std::uint64_t expected, WallTime now);
    // Its secret is in the store. What is current already stays so. Errors: conflict where another version is current than the one it was
    // to replace, or where it was taken away meanwhile.
    Result<void> promote(std::uint64_t number);
    // Found in the store, and newer than all that is known here: it is current. False where it is not newer.
    bool adopt(SecretVersion found);
    // Its entry is gone.
    void drop(std::uint64_t number);

    // Begun, and may still become current: its write may have died after the secret was stored.
    std::vector<SecretVersion> unsettled() const;
    // Of no use any more: replaced, but for the last one that was; or begun `settleTime` ago and never made current.
    std::vector<SecretVersion> superfluous(WallTime now) const;
    static constexpr int kept = 2; // the current one, and the one before it
    // So long nobody's write takes.
    static constexpr Duration settleTime = std::chrono::minutes{10};

private:
    std::uint64_t last_ = 0;
    std::uint64_t current_ = 0;
    std::vector<SecretVersion> all_;
};

// "k_01@3". Which entry it is in fact stands in the version: one from before there were versions has the name alone.
std::string entryOfVersion(const std::string& name, std::uint64_t number);

} // namespace drover
