// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "protocol/cloud/Aws.h"
#include "services/CloudHttp.h"

#include <functional>
#include <memory>
#include <string>

namespace drover {

struct AwsSettings {
    std::string region;               // us-east-1
    std::string endpoint;             // "" = the region's
    std::string prefix = "holysheep"; // keys are <prefix>/<key id>
    std::string caFile;
    std::string workspace;            // the KEK is drover/<workspace>/kek
};

struct AwsCredentials {
    std::string accessKeyId;
    Secret secretAccessKey;
    Secret sessionToken; // may be empty
};

// Secrets in AWS Secrets Manager.
//
// What AWS guarantees: a first write (CreateSecret) succeeds for one writer; a change becomes current by moving AWSCURRENT
// away from the very version that was read (RemoveFromVersionId), so of two writers one loses, atomically; no version is
// ever overwritten; a write sent again (same ClientRequestToken) makes one version; a removed entry can be brought back
// for 30 days and its name is taken for as long.
// What is this adapter's own: the number of a version, a counter in the entry beside the id of its write. A version made
// by somebody else has a number made from its VersionId: it differs from every other, but does not count on.
// A writer that loses, or dies between its two steps, leaves a version labelled DROVERPENDING that nobody reads.
class AwsStore final : public SecretStore {
public:
    // Asked before each request, so that renewed credentials are taken up.
    using CredentialSource = std::function<Task<Result<AwsCredentials>>(Deadline deadline)>;
    AwsStore(HttpClient& http, AwsSettings settings, CredentialSource credentials, const Clock& clock, Random random);

    std::string kind() const override { return "aws"; }
    // Can it list, and read below the prefix? Writing is not tried.
    Task<Result<void>> check(Deadline deadline) override;
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override;
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected,
                                      Deadline deadline) override;
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override;
    Task<Result<void>> remove(std::string name, Deadline deadline) override;

private:
    std::string pathOf(const std::string& name) const;
    Task<Result<HttpResponse>> call(cloud::Request request, Deadline deadline);
    Task<Result<aws::Version>> readVersion(std::string path, Deadline deadline);
    Task<Result<aws::Description>> describe(std::string path, Deadline deadline);
    Task<Result<void>> create(std::string path, std::shared_ptr<cloud::Entry> entry, Deadline deadline);
    Task<Result<void>> stage(std::string path, std::shared_ptr<cloud::Entry> entry, std::string from, Deadline deadline);
    Task<Result<std::vector<std::string>>> listBelow(std::string prefix, std::size_t most, bool all, Deadline deadline);

    AwsSettings settings_;
    CloudHttp http_;
    CredentialSource credentials_;
    const Clock& clock_;
    Random random_;
};

} // namespace drover
