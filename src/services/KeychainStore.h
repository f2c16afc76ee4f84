// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretIndex.h"
#include "ports/SecretStore.h"

#include "base/Clock.h"
#include "services/SecretService.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace drover {

// Secrets in the operating system's keychain, under the service "drover/<workspace id>". A keychain knows no versions, cannot compare
// and set, and does not list: those guarantees are of the index (drover.db), so they hold for every process of the workspace on this
// machine, and for nobody who writes to the keychain by other means. Each write takes an entry of its own ("k_01@3"), one JSON text
// {"version", "value", "notes"}, and overwrites none; the one before the current stays. The entry ".names" is a copy of the index's
// names and current versions, for a drover.db that was lost or is an older one; it never overrules a newer index. Before each operation
// it looks whether the keyring is there and unlocked. Nothing is ever written elsewhere.
class KeychainStore final : public SecretStore {
public:
    // `index` outlives the store; null: what is known lasts as long as this store, and the keychain's own copy.
    KeychainStore(const std::string& workspaceId, SecretIndex* index, const Clock& clock);
    ~KeychainStore() override;

    std::string kind() const override { return "keychain"; }
    Task<Result<void>> check(Deadline deadline) override;
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override;
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                      Deadline deadline) override;
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override;
    Task<Result<void>> remove(std::string name, Deadline deadline) override;

private:
    struct Raw; // one entry's text, wiped
    using Currents = std::map<std::string, std::uint64_t>; // name -> its current version; 0: an entry from before there were versions
    Task<Result<std::shared_ptr<void>>> turn(Deadline deadline);
    Task<Result<Raw>> readRaw(std::string entry, Deadline deadline);
    Task<Result<void>> writeRaw(std::string entry, std::shared_ptr<Secret> text, Deadline deadline);
    Task<Result<void>> removeRaw(std::string entry, Deadline deadline);

    Task<Result<Currents>> copy(Deadline deadline);
    Task<Result<void>> writeCopy(Deadline deadline);
    Task<Result<void>> takeOver(Deadline deadline);
    Task<Result<void>> adopt(std::string name, std::uint64_t number, Deadline deadline);
    Task<Result<SecretVersions>> settled(std::string name, Deadline deadline);
    Task<Result<SecretVersions>> drop(std::string name, SecretVersion version, Deadline deadline);
    Task<Result<SecretVersion>> begin(std::string name, std::uint64_t expected, Deadline deadline);
    Task<void> tidy(std::string name, SecretVersions versions, Deadline deadline);

    QString service_;
    SecretService keyring_;
    std::unique_ptr<SecretIndex> own_; // where none was given
    SecretIndex& index_;
    const Clock& clock_;
    bool tookOver_ = false;
    std::shared_ptr<bool> busy_ = std::make_shared<bool>(false);
};

} // namespace drover
