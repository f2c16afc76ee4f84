// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/BrowserLogin.h"
#include "ports/SecretStore.h"

#include "protocol/vault/Vault.h"
#include "services/VaultHttp.h"
#include "services/VaultSession.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace drover {

struct VaultSettings {
    std::string address; // https://vault:8200
    std::string nameSpace;
    std::string mount = "secret";
    std::string path = "holysheep"; // keys are <mount>/<path>/<key id> (the playbook's layout)
    std::string caFile;
    std::string workspace; // the KEK is <mount>/drover/<workspace>/kek
    VaultAuth auth;
};

// What was learnt of a mount, by name: "" where it is doubted. Both may be empty: then nothing is remembered.
struct MountMemory {
    std::function<Task<Result<std::optional<std::string>>>(std::string name)> recall;
    std::function<Task<Result<void>>(std::string name, std::string value)> note;
};

// Secrets in the KV engine of Vault or OpenBao: version 2 with its own check-and-set, or version 1, where versions are a
// field of the entry and check-and-set is emulated by reading first. Which one a mount has is asked before the first use and
// remembered, for later programs too. An answer that does not fit has it asked anew: one that says so, and, as long as it was
// recalled only, any that finds nothing or is not allowed, since a wrong path looks the same.
class VaultStore final : public SecretStore, private BrowserLogin {
public:
    // `keep` (the OS keychain) may be null; see VaultSession.
    VaultStore(HttpClient& http, VaultSettings settings, VaultSession::Credential credential, std::shared_ptr<SecretStore> keep,
               const Clock& clock, Random random, VaultSession::Wait wait, MountMemory memory = {});

    std::string kind() const override { return "vault"; }
    // Is it reachable, unsealed, the token good, and the mount a KV engine?
    Task<Result<void>> check(Deadline deadline) override;
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override;
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                      Deadline deadline) override;
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override;
    Task<Result<void>> remove(std::string name, Deadline deadline) override;
    BrowserLogin* browserLogin() override { return session_.byBrowser() ? this : nullptr; }

private:
    Task<Result<void>> checkLogin(Deadline deadline) override;
    Task<Result<void>> checkKeeping(Deadline deadline) override { return session_.checkKeeping(deadline); }
    Task<Result<Done>> logIn(Show show) override { return session_.logInByBrowser(std::move(show)); }
    std::string pathOf(const std::string& name) const;
    // With the token; where that is refused, once more with a new one. `again`: the request may be carried out twice.
    Task<Result<HttpResponse>> call(vault::Request request, bool again, Deadline deadline);
    Task<Result<vault::Mount>> mount(Deadline deadline);
    Task<Result<vault::Mount>> askMount(Deadline deadline);
    std::string memoryName() const;
    Task<std::optional<vault::Mount>> recallMount();
    Task<void> noteMount(std::string value);
    Task<void> doubtMount();
    // The answer to what `make` asks of the mount; asked again where the mount is not what it was.
    using Make = std::function<vault::Request(const vault::Mount& mount)>;
    struct Asked {
        vault::Mount mount;
        HttpResponse response;
    };
    Task<Result<Asked>> ask(Make make, bool again, Deadline deadline);
    Task<Result<vault::ReadReply>> readEntry(std::string path, Deadline deadline);
    Task<Result<std::uint64_t>> writeEntry(std::string path, std::shared_ptr<vault::Entry> entry,
                                           std::uint64_t expected, Deadline deadline);
    Task<Result<std::vector<std::string>>> listFolder(std::string folder, Deadline deadline);

    VaultSettings settings_;
    VaultHttp http_;
    VaultSession session_;
    std::optional<vault::Mount> mount_;
    MountMemory memory_;
    bool recalled_ = false; // mount_ is what an earlier program learnt
    bool doubted_ = false;  // that was wrong, or is to be proved: it is not asked again
};

} // namespace drover
