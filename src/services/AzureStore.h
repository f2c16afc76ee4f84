// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "protocol/cloud/Azure.h"
#include "services/CloudHttp.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drover {

struct AzureSettings {
    std::string vaultUrl;  // https://NAME.vault.azure.net
    std::string tenant;    // "" = the one the vault names
    std::string clientId;
    std::string authority; // whom the client secret is sent to; "" = https://login.microsoftonline.com
    std::string prefix = "holysheep"; // keys are <prefix>-<key id>, with - for _
    std::string caFile;
    std::string workspace; // the KEK is drover-<workspace>-kek
};

// Secrets in Azure Key Vault, as an app with a client secret.
//
// What Azure guarantees: each write makes a version, none is overwritten; a removed entry can be brought back, and its
// name is taken, until it is purged.
// What is this adapter's own: check-and-set and the numbers of versions. It compares the current version, writes one, and
// lists again: where another enabled version has appeared too, it disables its own and says conflict, so of two writers at
// most one believes to have won, and both may lose. It relies on a list that shows what was written before it was asked
// for. Until a loser has taken its version back (or for good, if it dies between), a reader may see it. The number is a
// counter in a tag; a version made by somebody else has a number made from its id. Azure's names know neither _ nor case:
// the tag drover-name keeps k_01 and k-01 apart, of which one can be kept.
class AzureStore final : public SecretStore {
public:
    // The client secret, asked before each token.
    using CredentialSource = std::function<Task<Result<Secret>>(Deadline deadline)>;
    AzureStore(HttpClient& http, AzureSettings settings, CredentialSource clientSecret, const Clock& clock, Random random);

    std::string kind() const override { return "azure"; }
    // Is it a vault of the tenant, does the app get a token, can it list, and read? Writing is not tried.
    Task<Result<void>> check(Deadline deadline) override;
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override;
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                      Deadline deadline) override;
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override;
    Task<Result<void>> remove(std::string name, Deadline deadline) override;

private:
    Result<std::string> mappedOf(const std::string& name) const;
    Task<Result<azure::Challenge>> challenge(Deadline deadline);
    Task<Result<cloud::AccessToken>> fetchToken(Deadline deadline);
    Task<Result<HttpResponse>> call(cloud::Request request, bool again, Deadline deadline);
    Task<Result<std::vector<azure::Version>>> versions(std::string mapped, Deadline deadline);
    Task<Result<azure::Secretly>> readVersion(std::string mapped, Deadline deadline);
    Task<Result<azure::Version>> put(std::string mapped, std::string name, std::shared_ptr<cloud::Entry> entry, Deadline deadline);
    Task<Result<void>> settle(std::string mapped, std::shared_ptr<std::vector<azure::Version>> before, std::string own,
                              Deadline deadline);
    Task<Result<std::vector<azure::Listed>>> listAll(std::size_t most, bool all, Deadline deadline);

    HttpClient& client_;
    AzureSettings settings_;
    CloudHttp http_;
    CredentialSource clientSecret_;
    const Clock& clock_;
    Random random_;
    BearerToken token_;
    std::optional<azure::Challenge> challenge_;
};

} // namespace drover
