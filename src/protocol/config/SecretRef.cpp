// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/WorkspaceConfig.h"

#include <array>

namespace drover {
namespace {

using SecretPrefix = std::pair<std::string_view, SecretRef::Kind>;
constexpr std::array<SecretPrefix, 3> secretPrefixes{{{"secret:", SecretRef::Kind::store},
                                                      {"env:", SecretRef::Kind::environment},
                                                      {"file:", SecretRef::Kind::file}}};

} // namespace

// The text is not repeated in the error: it may be the secret itself, pasted where a reference belongs.
Result<SecretRef> parseSecretRef(std::string_view text)
{
    if (text.empty())
        return SecretRef{};
    for (const auto& [prefix, kind] : secretPrefixes)
        if (text.starts_with(prefix) && text.size() > prefix.size())
            return SecretRef{kind, std::string(text.substr(prefix.size()))};
    return Error{Errc::invalidInput, "a reference to a secret was expected: secret:NAME, env:NAME or file:PATH", {}};
}

std::string writeSecretRef(const SecretRef& ref)
{
    for (const auto& [prefix, kind] : secretPrefixes)
        if (kind == ref.kind)
            return std::string(prefix) + ref.name;
    return {};
}

} // namespace drover
