// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "protocol/vault/Login.h"

#include <memory>
#include <optional>
#include <string>

namespace drover {

// The token of a login that took a person, kept in the OS keychain as `vault-token` of the workspace: for later commands and the
// agent, and for the Vault it was given by alone.
class KeptVaultToken {
public:
    struct Kept {
        vault::Granted granted;           // its whole life, as it was given
        std::optional<WallTime> endsAt;   // none: never
    };
    // `place` tells one login's Vault from another: address, namespace, mount, role. A `keep` of null keeps nothing.
    KeptVaultToken(std::shared_ptr<SecretStore> keep, const Clock& clock) : keep_(std::move(keep)), clock_(clock) {}
    void setPlace(std::string place) { place_ = std::move(place); }

    bool keeps() const { return keep_ != nullptr; }
    Task<Result<void>> check(Deadline deadline);
    // Nothing where there is none, it is another Vault's, or it has ended. Errors: those of the keychain.
    Task<Result<std::optional<Kept>>> read(Deadline deadline);
    Task<Result<void>> write(Kept kept, Deadline deadline);
    // The token was renewed: its new end. A newer login is left alone.
    Task<Result<void>> note(Kept renewed, Deadline deadline);
    // Vault does not know it any more. A newer login is left alone.
    Task<Result<void>> forget(Secret refused, Deadline deadline);

private:
    Task<Result<std::optional<StoredSecret>>> entry(Deadline deadline);
    Task<Result<void>> put(Kept kept, std::uint64_t version, Deadline deadline);

    std::shared_ptr<SecretStore> keep_;
    const Clock& clock_;
    std::string place_;
};

} // namespace drover
