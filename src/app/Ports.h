// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/EvidenceSource.h"
#include "ports/NamedFile.h"
#include "ports/Provider.h"
#include "ports/RoutingStore.h"
#include "ports/SecretStore.h"
#include "ports/Subscription.h"
#include "ports/UsageSource.h"
#include "ports/Workspace.h"
#include "ports/WorkspaceFiles.h"

#include "base/Clock.h"
#include "base/Ids.h"
#include "base/Log.h"
#include "domain/migration/Policy.h"
#include "domain/money/PriceBook.h"
#include "protocol/config/WorkspaceConfig.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace drover::app {

// Everything a use case may need, handed down from main/. Owned there; outlives every use case.
struct Ports {
    Clock& clock;
    Log& log;
    Random& random;
    SecretStore& secrets;
    RoutingStore& routing;
    EvidenceSource& evidence;
    Journal& journal;
    Inventory& inventory;
    OrderBox& orders;
    Audit& audit;
    ProviderClient& provider;
    WorkspaceFiles& files;
    UsageSource& usage;
    // The issuer of a target's keys, authenticated with what issuingCredential() gives.
    std::function<std::unique_ptr<KeyIssuer>(const TargetConfig& target, Secret credential)> issuer;
    // "playbook", "rehearsal", or a file (relative to the workspace). Errors: notFound, invalidInput with place.
    std::function<Result<MigrationPolicy>(const std::string& name)> policy;
    std::map<std::string, PriceBook> books; // target -> its prices
    WorkspaceConfig config;
    std::filesystem::path folder;   // of the workspace
    std::string actor;              // DEPLOYMENT_USER, default "rotation-service"
    std::string process;            // "host/pid"
    // A secret of the environment (ADMIN_KEY, HOLYSHEEP_API_KEY), for one run and never stored; nothing where unset.
    std::function<std::optional<Secret>(const char* name)> environment;
    // controller.lock, held while the owner lives. Errors: busy, naming the holder. Empty where there is none to take.
    std::function<Result<std::unique_ptr<Subscription>>()> lockController = {};
    // A store of another kind ("keychain", "vault", "aws", "gcp", "azure") by the workspace's settings, to read from. Errors:
    // invalidInput for a kind there is not, or without an address. Empty where there is none.
    std::function<Result<std::unique_ptr<SecretStore>>(const std::string& kind)> otherStore = {};
    // A file outside the workspace that a person named. Errors: notFound, invalidInput (no regular file, too large), noRights, io,
    // timeout. Empty where there are none.
    std::function<Task<Result<NamedFile>>(std::filesystem::path file, Deadline deadline)> namedFile = {};
    // What a setting refers to (secret:NAME, env:NAME, file:PATH). Errors: notFound, forbidden, those of the store, naming the reference.
    std::function<Task<Result<Secret>>(SecretRef ref, Deadline deadline)> resolve = {};
    // Where the sealed keys go through Redis: is it there, and may we read and write them; and the URL with user and password for
    // a gateway's pipe. Empty where it is not configured.
    std::function<Task<Result<void>>(Deadline deadline)> checkRedis = {};
    std::function<Task<Result<Secret>>(Deadline deadline)> redisLogin = {};
};

} // namespace drover::app
