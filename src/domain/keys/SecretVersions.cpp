// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/SecretVersions.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace drover {
namespace {

Error notTheOne(std::uint64_t current, std::uint64_t expected)
{
    return {Errc::conflict, "the entry has version " + std::to_string(current) + ", not " + std::to_string(expected), {}};
}

} // namespace

std::string entryOfVersion(const std::string& name, std::uint64_t number)
{
    return name + "@" + std::to_string(number);
}

SecretVersions::SecretVersions(std::uint64_t last, std::uint64_t current, std::vector<SecretVersion> all)
    : last_(last), current_(current), all_(std::move(all))
{
    std::ranges::sort(all_, {}, &SecretVersion::number);
}

const SecretVersion* SecretVersions::find(std::uint64_t number) const
{
    const auto found = std::ranges::find(all_, number, &SecretVersion::number);
    return found == all_.end() ? nullptr : &*found;
}

Result<SecretVersion> SecretVersions::begin(const std::string& name, std::uint64_t expected, WallTime now)
{
    if (expected != current_)
        return notTheOne(current_, expected);
    ++last_;
    all_.push_back({last_, entryOfVersion(name, last_), expected, now});
    return all_.back();
}

Result<void> SecretVersions::promote(std::uint64_t number)
{
    const SecretVersion* version = find(number);
    if (version == nullptr)
        return Error{Errc::conflict, "version " + std::to_string(number) + " of the entry was taken away meanwhile", {}};
    if (number == current_)
        return {};
    if (version->replaces != current_)
        return notTheOne(current_, version->replaces);
    current_ = number;
    return {};
}

bool SecretVersions::adopt(SecretVersion found)
{
    if (found.number <= last_)
        return false;
    last_ = current_ = found.number;
    all_.push_back(std::move(found));
    return true;
}

void SecretVersions::drop(std::uint64_t number)
{
    std::erase_if(all_, [number](const SecretVersion& one) { return one.number == number; });
    if (number == current_)
        current_ = 0;
}

std::vector<SecretVersion> SecretVersions::unsettled() const
{
    std::vector<SecretVersion> open;
    // A later one than the current that replaces it; those that were current lie before it.
    std::ranges::copy_if(all_, std::back_inserter(open),
                         [this](const SecretVersion& one) { return one.number > current_ && one.replaces == current_; });
    return open;
}

std::vector<SecretVersion> SecretVersions::superfluous(WallTime now) const
{
    std::vector<std::uint64_t> used; // the current, and those that were, the newest first
    for (const SecretVersion* one = find(current_); one != nullptr; one = find(one->replaces))
        used.push_back(one->number);
    std::vector<SecretVersion> old;
    std::ranges::copy_if(all_, std::back_inserter(old), [&](const SecretVersion& one) {
        const auto at = std::ranges::find(used, one.number);
        if (at == used.end()) // its write may be under way
            return one.begun + settleTime <= now;
        return at - used.begin() >= kept;
    });
    return old;
}

} // namespace drover
