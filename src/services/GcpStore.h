// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "protocol/cloud/Gcp.h"
#include "services/CloudHttp.h"

#include <functional>
#include <memory>
#include <string>

namespace drover {

struct GcpSettings {
    std::string project;              // "" = the service account's own
    std::string endpoint;             // "" = Google's
    std::string prefix = "holysheep"; // keys are <prefix>-<key id>
    std::string caFile;
    std::string workspace;            // the KEK is drover-<workspace>-kek
};

// Secrets in GCP Secret Manager, as a service account.
//
// What GCP guarantees: versions are numbered one by one and never overwritten.
// What is this adapter's own: check-and-set. It looks at the versions, adds one, and has won if its version has the very
// next number; a writer that lost disables its version and says conflict. Until it has (or for good, if it dies between),
// a reader may see the loser's value. So the current version is the newest that is enabled, not `latest`; disabling a
// version by hand brings the one before back. A write whose answer was lost is found again by the id it carries.
// Removing an entry is final.
class GcpStore final : public SecretStore {
public:
    // The JSON of the service account's key, asked before each token.
    using CredentialSource = std::function<Task<Result<Secret>>(Deadline deadline)>;
    GcpStore(HttpClient& http, GcpSettings settings, CredentialSource credentials, const Clock& clock, Random random);

    std::string kind() const override { return "gcp"; }
    // Does the service account get a token, can it list, and read? Writing is not tried.
    Task<Result<void>> check(Deadline deadline) override;
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override;
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                      Deadline deadline) override;
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override;
    Task<Result<void>> remove(std::string name, Deadline deadline) override;

private:
    // What stands there: the highest number of all, and of those that are enabled; 0 where there is none.
    struct Standing {
        std::uint64_t highest = 0;
        std::uint64_t current = 0;
        bool exists = false;
    };
    std::string idOf(const std::string& name) const;
    Task<Result<cloud::AccessToken>> fetchToken(Deadline deadline);
    Task<Result<HttpResponse>> call(cloud::Request request, bool again, Deadline deadline);
    // The project, from the settings or from the credentials.
    Task<Result<std::string>> project(Deadline deadline);
    Task<Result<Standing>> standing(std::string id, Deadline deadline);
    Task<Result<cloud::Entry>> access(std::string id, std::uint64_t version, Deadline deadline);
    Task<Result<void>> create(std::string id, Deadline deadline);
    Task<Result<std::uint64_t>> add(std::string id, std::shared_ptr<cloud::Entry> entry, Standing before, Deadline deadline);
    Task<Result<std::uint64_t>> findWrite(std::string id, std::string writeId, std::uint64_t above, Deadline deadline);
    Task<Result<std::vector<std::string>>> listIds(std::string prefix, std::size_t most, bool all, Deadline deadline);

    HttpClient& client_;
    GcpSettings settings_;
    CloudHttp http_;
    CredentialSource credentials_;
    const Clock& clock_;
    Random random_;
    BearerToken token_;
    std::string accountProject_;
};

} // namespace drover
