// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "services/SecretService.h"

#include <memory>
#include <string>

namespace drover {

// Secrets in the operating system's keychain, under the service "drover/<workspace id>". Each entry is one
// JSON text
// {"version", "value", "notes"}, since a keychain knows no versions; ".names" lists the entries.
// Check-and-set is emulated by reading first: safe against this process, not against another one that writes
// in the same moment. Before each operation it looks whether the keyring is there and unlocked. Nothing is
// ever written elsewhere.
class KeychainStore final : public SecretStore {
public:
    explicit KeychainStore(const std::string& workspaceId);
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
    Task<Result<std::shared_ptr<void>>> turn(Deadline deadline);
    Task<Result<Raw>> readRaw(std::string name, Deadline deadline);
    Task<Result<void>> writeRaw(std::string name, std::shared_ptr<Secret> text, Deadline deadline);
    Task<Result<void>> removeRaw(std::string name, Deadline deadline);
    Task<Result<std::vector<std::string>>> names(Deadline deadline);
    Task<Result<void>> writeNames(std::vector<std::string> names, Deadline deadline);

    QString service_;
    SecretService keyring_;
    std::shared_ptr<bool> busy_ = std::make_shared<bool>(false);
};

} // namespace drover
