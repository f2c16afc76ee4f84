// SPDX-License-Identifier: Apache-2.0
#include "gateway/Keyring.h"

#include "base/Ids.h"
#include "protocol/routing/Choice.h"

#include <algorithm>

namespace drover::gateway {

bool OpenKey::fits(std::string_view host) const
{
    return std::ranges::find(hosts, host) != hosts.end();
}

std::shared_ptr<const Keyring> Keyring::open(const SealedKeys& sealed, const std::vector<Kek>& keks,
                                             std::string_view workspace)
{
    auto ring = std::make_shared<Keyring>();
    for (const auto& [id, value] : sealed) {
        auto secret = openKey(keks, workspace, id, value);
        if (!secret.has_value()) {
            ring->refused_.emplace(id, std::move(secret).error());
            continue;
        }
        auto key = std::make_shared<OpenKey>();
        key->id = id;
        key->shown = clipId(id);
        key->salt = saltOf(id);
        key->secret = std::move(*secret);
        key->hosts = value.hosts;
        ring->keys_.emplace(id, std::move(key));
    }
    return ring;
}

std::shared_ptr<const OpenKey> Keyring::find(std::string_view id) const
{
    const auto found = keys_.find(id);
    return found == keys_.end() ? nullptr : found->second;
}

} // namespace drover::gateway
