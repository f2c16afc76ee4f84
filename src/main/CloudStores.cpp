// SPDX-License-Identifier: Apache-2.0
#include "main/CloudStores.h"

#include "services/AwsStore.h"
#include "services/AzureStore.h"
#include "services/GcpStore.h"
#include "services/SecretRefs.h"

#include <utility>

namespace drover {
namespace {

using Refs = std::shared_ptr<SecretRefs>;

// What opens a store cannot be in it: no store to resolve by.
Refs refsOf(std::filesystem::path folder)
{
    return std::make_shared<SecretRefs>(nullptr, std::move(folder), environmentVariable);
}

Task<Result<Secret>> opening(Refs refs, SecretRef ref, std::string setting, Deadline deadline)
{
    if (ref.kind == SecretRef::Kind::none)
        co_return Error{Errc::unauthorized, "no credentials: set it to env:NAME or file:PATH", std::move(setting)};
    auto resolving = refs->resolve(std::move(ref), deadline);
    auto secret = co_await std::move(resolving);
    if (!secret.has_value())
        co_return at(setting, std::move(secret).error());
    co_return secret;
}

Task<Result<AwsCredentials>> awsCredentials(Refs refs, WorkspaceConfig::Aws aws, Deadline deadline)
{
    if (aws.accessKeyId.empty())
        co_return Error{Errc::unauthorized, "no credentials: set it to the id of an access key", "aws.access_key_id"};
    AwsCredentials made;
    made.accessKeyId = aws.accessKeyId;
    auto asking = opening(refs, aws.secretAccessKey, "aws.secret_access_key", deadline);
    DROVER_CO_TRY(made.secretAccessKey, co_await std::move(asking));
    if (aws.sessionToken.kind != SecretRef::Kind::none) {
        auto session = opening(refs, aws.sessionToken, "aws.session_token", deadline);
        DROVER_CO_TRY(made.sessionToken, co_await std::move(session));
    }
    co_return made;
}

} // namespace

std::unique_ptr<SecretStore> makeAwsStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around)
{
    AwsSettings settings{config.aws.region, config.aws.endpoint, config.aws.prefix, config.aws.caFile, config.id};
    AwsStore::CredentialSource credentials = [refs = refsOf(std::move(folder)), aws = config.aws](Deadline deadline) {
        return awsCredentials(refs, aws, deadline);
    };
    return std::make_unique<AwsStore>(around.http, std::move(settings), std::move(credentials), around.clock,
                                      Random{around.random()});
}

std::unique_ptr<SecretStore> makeGcpStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around)
{
    GcpSettings settings{config.gcp.project, config.gcp.endpoint, config.gcp.prefix, config.gcp.caFile, config.id};
    GcpStore::CredentialSource credentials = [refs = refsOf(std::move(folder)), ref = config.gcp.credentials](Deadline deadline) {
        return opening(refs, ref, "gcp.credentials", deadline);
    };
    return std::make_unique<GcpStore>(around.http, std::move(settings), std::move(credentials), around.clock,
                                      Random{around.random()});
}

std::unique_ptr<SecretStore> makeAzureStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around)
{
    AzureSettings settings{config.azure.vaultUrl, config.azure.tenant, config.azure.clientId, config.azure.authority,
                           config.azure.prefix, config.azure.caFile, config.id};
    AzureStore::CredentialSource secret = [refs = refsOf(std::move(folder)), ref = config.azure.clientSecret](Deadline deadline) {
        return opening(refs, ref, "azure.client_secret", deadline);
    };
    return std::make_unique<AzureStore>(around.http, std::move(settings), std::move(secret), around.clock,
                                        Random{around.random()});
}

} // namespace drover
