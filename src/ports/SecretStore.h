// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "base/Secret.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace drover {

class BrowserLogin;

// One version of one entry. A key's entry has api_key, created_by, created_at (the playbook's layout, A99);
// `version` is the store's own number, or one kept by the adapter where the store has none.
struct StoredSecret {
    Secret value;                             // api_key
    std::map<std::string, std::string> notes; // created_by, created_at, key_id, promoted_at: nothing secret
    std::uint64_t version = 0;
};

// Where secrets live: OS keychain, Vault … One name ("k_01", "production", "kek") is one entry with versions.
// Every call ends by its deadline with Errc::timeout. Errors told apart: locked (keyring), sealed, unauthorized,
// forbidden, unavailable (no such service), network, conflict (check-and-set lost), notFound.
class SecretStore {
public:
    virtual ~SecretStore() = default;

    // "keychain", "vault": for messages and records.
    virtual std::string kind() const = 0;
    // Is it there, reachable, unlocked, and are the credentials good? The error's text says what to do next.
    virtual Task<Result<void>> check(Deadline deadline) = 0;
    virtual Task<Result<StoredSecret>> read(std::string name, Deadline deadline) = 0;
    // Writes only if the current version is `expected` (0: only if there is none). Gives the new version.
    virtual Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                              Deadline deadline) = 0;
    virtual Task<Result<std::vector<std::string>>> list(Deadline deadline) = 0;
    virtual Task<Result<void>> remove(std::string name, Deadline deadline) = 0;
    // Where a person has to log in; null where the store logs in by itself. Ends with the store.
    virtual BrowserLogin* browserLogin() { return nullptr; }
};

} // namespace drover
