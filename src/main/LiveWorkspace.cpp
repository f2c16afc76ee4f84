// SPDX-License-Identifier: Apache-2.0
#include "main/LiveWorkspace.h"

#include "main/CloudStores.h"
#include "main/JournalHook.h"
#include "main/RedisWay.h"
#include "protocol/usage/PriceCatalogue.h"
#include "services/AnthropicIssuer.h"
#include "services/DashboardIssuer.h"
#include "services/DiskWorkspaceFiles.h"
#include "services/FileEvidence.h"
#include "services/FileRoutingStore.h"
#include "services/HolySheepClient.h"
#include "services/KeychainStore.h"
#include "services/NamedFiles.h"
#include "services/OpenAiIssuer.h"
#include "services/ProviderHttp.h"
#include "services/RequestLogReader.h"
#include "services/SecretRefs.h"
#include "services/WorkspaceDb.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace drover {
namespace {

HttpRoute routeOf(const TargetConfig& target)
{
    return {target.caFile, target.httpProxy};
}

// By the base URL's target: each may have its own authorities and proxy.
ProviderHttp::RouteOf routesOf(const app::Ports* const* ports)
{
    return [ports](const std::string& baseUrl) {
        for (const auto& [name, target] : (*ports)->config.targets) {
            if (target.openai == baseUrl || target.anthropic == baseUrl)
                return routeOf(target);
            for (const auto& [region, url] : target.regions)
                if (url == baseUrl)
                    return routeOf(target);
        }
        return HttpRoute{};
    };
}

std::map<std::string, PriceBook> booksOf(const WorkspaceConfig& config)
{
    std::map<std::string, PriceBook> books;
    const std::optional<std::string_view> text = builtinPrices("model-prices");
    if (!text)
        return books;
    const Result<PriceBooks> catalogue = parsePriceCatalogue(*text);
    if (!catalogue.has_value())
        return books;
    for (const auto& [name, target] : config.targets)
        if (const PriceBook* book = catalogue->find(target.priceBook.empty() ? name : target.priceBook))
            books[name] = *book;
    return books;
}

std::optional<Secret> secretOfEnvironment(const char* name)
{
    std::optional<std::string> value = environmentVariable(name);
    if (!value || value->empty())
        return std::nullopt;
    return Secret::taking(*value);
}

Result<std::unique_ptr<SecretStore>> storeOfKind(const std::string& kind, const WorkspaceFolder& folder, Surroundings around, WorkspaceDb& db)
{
    using Backend = WorkspaceConfig::SecretBackend;
    constexpr std::array<std::pair<std::string_view, Backend>, 5> kinds{{{"keychain", Backend::keychain},
                                                                         {"vault", Backend::vault},
                                                                         {"aws", Backend::aws},
                                                                         {"gcp", Backend::gcp},
                                                                         {"azure", Backend::azure}}};
    const auto found = std::ranges::find(kinds, kind, &std::pair<std::string_view, Backend>::first);
    if (found == kinds.end())
        return Error{Errc::invalidInput, "a store is keychain, vault, aws, gcp or azure", kind};
    WorkspaceConfig config = folder.config();
    config.secrets = found->second;
    return makeSecretStore(config, folder.path(), around, &db);
}

std::unique_ptr<KeyIssuer> issuerOf(HttpClient& http, const TargetConfig& target, Secret credential)
{
    using Kind = TargetConfig::Issuer::Kind;
    switch (issuerKind(target)) {
    case Kind::holysheep:
        return std::make_unique<HolySheepClient>(http, target.openai, routeOf(target), std::move(credential));
    case Kind::openai:
        return std::make_unique<OpenAiIssuer>(http, target.openai, routeOf(target), target.issuer.project, std::move(credential));
    case Kind::anthropic:
        return std::make_unique<AnthropicIssuer>(http, target.anthropic, routeOf(target), std::move(credential));
    default:
        return std::make_unique<DashboardIssuer>();
    }
}

std::string actorName()
{
    return environmentVariable("DEPLOYMENT_USER").value_or("rotation-service");
}

} // namespace

struct LiveWorkspace::Parts {
    Parts(WorkspaceFolder where, Surroundings surroundings, std::unique_ptr<WorkspaceDb> database,
          std::unique_ptr<SecretStore> store, std::unique_ptr<FileRoutingStore> documents, std::unique_ptr<RedisWay> way)
        : folder(std::move(where)), around(surroundings), db(std::move(database)), secrets(std::move(store)),
          routingFiles(std::move(documents)), redis(std::move(way)), evidence(folder.evidence()), usage(folder.requests()), files(folder.path())
    {
        self = &ports;
        if (!redis)
            return;
        ports.checkRedis = [this](Deadline deadline) { return redis->routing().check(deadline); };
        ports.redisLogin = [this](Deadline deadline) { return redis->login(deadline); };
    }

    WorkspaceFolder folder;
    Surroundings around;
    std::unique_ptr<WorkspaceDb> db;
#ifdef DROVER_TEST_HOOKS
    DyingJournal journal{db->journal()};
#else
    Journal& journal = db->journal();
#endif
    std::unique_ptr<SecretStore> secrets;
    std::unique_ptr<FileRoutingStore> routingFiles;
    std::unique_ptr<RedisWay> redis; // where the sealed keys go through Redis
    FileEvidence evidence;
    RequestLogReader usage;
    DiskWorkspaceFiles files;
    NamedFiles named;
    SecretRefs refs{secrets.get(), folder.path(), environmentVariable};
    const app::Ports* self = nullptr;
    ProviderHttp provider{around.http, routesOf(&self)};
    app::Ports ports{
        .clock = around.clock,
        .log = around.log,
        .random = around.random,
        .secrets = *secrets,
        .routing = redis ? static_cast<RoutingStore&>(redis->routing()) : *routingFiles,
        .evidence = evidence,
        .journal = journal,
        .inventory = db->inventory(),
        .orders = db->orders(),
        .audit = db->audit(),
        .provider = provider,
        .files = files,
        .usage = usage,
        .issuer =
            [this](const TargetConfig& target, Secret credential) {
            return issuerOf(around.http, target, std::move(credential));
        },
        .policy = [this](const std::string& name) { return folder.policy(name); },
        .books = booksOf(folder.config()),
        .config = folder.config(),
        .folder = folder.path(),
        .actor = actorName(),
        .process = thisProcess(),
        .environment = secretOfEnvironment,
        .lockController = [this] { return lockAsController(folder); },
        .otherStore = [this](const std::string& kind) { return storeOfKind(kind, folder, around, *db); },
        .namedFile = [this](std::filesystem::path file, Deadline deadline) { return named.read(std::move(file), deadline); },
        .resolve = [this](SecretRef ref, Deadline deadline) { return refs.resolve(std::move(ref), deadline); },
    };
};

Result<std::unique_ptr<SecretStore>> makeSecretStore(const WorkspaceConfig& config, std::filesystem::path folder,
                                                     Surroundings around, WorkspaceDb* db)
{
    switch (config.secrets) {
    case WorkspaceConfig::SecretBackend::keychain:
        return std::unique_ptr<SecretStore>{std::make_unique<KeychainStore>(config.id, db != nullptr ? &db->secretIndex() : nullptr, around.clock)};
    case WorkspaceConfig::SecretBackend::vault:
        return makeVaultStore(config, std::move(folder), around, db);
    case WorkspaceConfig::SecretBackend::aws:
        return makeAwsStore(config, std::move(folder), around);
    case WorkspaceConfig::SecretBackend::gcp:
        return makeGcpStore(config, std::move(folder), around);
    case WorkspaceConfig::SecretBackend::azure:
        return makeAzureStore(config, std::move(folder), around);
    }
    return Error{Errc::internal, "a store of secrets that nobody knows", "secrets.store"};
}

Result<std::unique_ptr<Subscription>> lockAsController(const WorkspaceFolder& folder)
{
    class HeldLock final : public Subscription {
    public:
        explicit HeldLock(ControllerLock lock) : lock_(std::move(lock)) {}

    private:
        ControllerLock lock_;
    };
    DROVER_TRY(ControllerLock lock, folder.lockController(thisProcess()));
    return std::unique_ptr<Subscription>{std::make_unique<HeldLock>(std::move(lock))};
}

LiveWorkspace::LiveWorkspace(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

LiveWorkspace::~LiveWorkspace() = default;

app::Ports& LiveWorkspace::ports()
{
    return parts_->ports;
}

Result<std::unique_ptr<LiveWorkspace>> LiveWorkspace::make(WorkspaceFolder folder, Surroundings around)
{
    DROVER_TRY(std::unique_ptr<WorkspaceDb> db, WorkspaceDb::open(folder.database()));
    DROVER_TRY(std::unique_ptr<SecretStore> store, makeSecretStore(folder.config(), folder.path(), around, db.get()));
    auto routing = std::make_unique<FileRoutingStore>(folder.gateway());
    DROVER_TRY(std::unique_ptr<RedisWay> redis, RedisWay::make(folder.config(), folder.path(), *store, *routing));
    return std::unique_ptr<LiveWorkspace>{new LiveWorkspace(std::make_unique<Parts>(
        std::move(folder), around, std::move(db), std::move(store), std::move(routing), std::move(redis)))};
}

} // namespace drover
