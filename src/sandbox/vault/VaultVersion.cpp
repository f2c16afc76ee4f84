// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/VaultVersion.h"

#include <charconv>

namespace drover::sandbox {

std::optional<VaultVersion> VaultVersion::parse(std::string_view text)
{
    VaultVersion version;
    version.text = text;
    version.patch = 0;
    int* const parts[] = {&version.major, &version.minor, &version.patch};
    std::size_t count = 0;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    while (count < 3) {
        const auto read = std::from_chars(at, end, *parts[count]);
        if (read.ec != std::errc{} || *parts[count] < 0)
            return std::nullopt;
        ++count;
        at = read.ptr;
        if (at == end || *at != '.')
            break;
        ++at;
    }
    if (count < 2 || (at != end && *at != '-' && *at != '+'))
        return std::nullopt;
    return version;
}

bool VaultVersion::exemptsHealthFromQuotas() const
{
    if (since(13))
        return true;
    return (minor == 10 && patch >= 10) || (minor == 11 && patch >= 7) || (minor == 12 && patch >= 3);
}

bool VaultVersion::refusesDotsPlainly() const
{
    if (since(11))
        return true;
    return (minor == 8 && patch >= 10) || (minor == 9 && patch >= 5) || (minor == 10 && patch >= 1);
}

} // namespace drover::sandbox
