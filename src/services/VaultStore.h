// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "protocol/vault/Vault.h"
#include "services/HttpClient.h"

#include <functional>
#include <optional>
#include <string>

namespace drover {

struct VaultSettings {
    std::string address; // https://vault:8200
    std::string nameSpace;
    std::string mount = "secret";
    std::string path = "holysheep"; // keys are <mount>/<path>/<key id> (the playbook's layout)
    std::string caFile;
    std::string workspace; // the KEK is <mount>/drover/<workspace>/kek
};

// Requests to Vault or OpenBao: token, namespace and X-Vault-Request on each.
class VaultClient {
public:
    // Asked before each request, so that a renewed token is taken up.
    using TokenSource = std::function<Task<Result<Secret>>(Deadline deadline)>;
    VaultClient(HttpClient& http, VaultSettings settings, TokenSource token);

    // An HTTP error status is an answer. `again`: the request may be carried out twice.
    Task<Result<HttpResponse>> send(vault::Request request, bool again, Deadline deadline);
    // The same without a token.
    Task<Result<HttpResponse>> ask(vault::Request request, Deadline deadline);
    const VaultSettings& settings() const { return settings_; }

private:
    HttpRequest plain(vault::Request request, bool again) const;

    HttpClient& http_;
    VaultSettings settings_;
    TokenSource token_;
};

// Secrets in Vault's KV engine, version 2 with its own check-and-set, or version 1, where versions are a
// field of the entry and check-and-set is emulated by reading first. Which one a mount has is asked once.
class VaultStore final : public SecretStore {
public:
    VaultStore(HttpClient& http, VaultSettings settings, VaultClient::TokenSource token);

    std::string kind() const override { return "vault"; }
    // Is it reachable, unsealed, the token good, and the mount a KV engine?
    Task<Result<void>> check(Deadline deadline) override;
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override;
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                      Deadline deadline) override;
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override;
    Task<Result<void>> remove(std::string name, Deadline deadline) override;

private:
    std::string pathOf(const std::string& name) const;
    Task<Result<vault::Mount>> mount(Deadline deadline);
    Task<Result<vault::ReadReply>> readEntry(std::string path, Deadline deadline);
    Task<Result<std::uint64_t>> writeEntry(std::string path, std::shared_ptr<vault::Entry> entry,
                                           std::uint64_t expected, Deadline deadline);
    Task<Result<std::vector<std::string>>> listFolder(std::string folder, Deadline deadline);

    VaultClient client_;
    std::optional<vault::Mount> mount_;
};

} // namespace drover
