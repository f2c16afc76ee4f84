// SPDX-License-Identifier: Apache-2.0
#include "main/RedisWay.h"

#include "app/KeyPublishing.h"
#include "protocol/routing/Sealing.h"
#include "services/SecretRefs.h"

#include <optional>
#include <utility>

namespace drover {
namespace {

Task<Result<std::set<std::string>>> kekIds(SecretStore& secrets, Deadline deadline)
{
    auto reading = secrets.read(app::kekName, deadline);
    const auto stored = co_await std::move(reading);
    std::set<std::string> ids;
    if (stored.has_error() && stored.error().code == Errc::notFound)
        co_return ids;
    if (stored.has_error())
        co_return stored.error();
    DROVER_CO_TRY(const std::vector<Kek> keks, parseKekLines(stored->value));
    for (const Kek& kek : keks)
        ids.insert(kek.id);
    co_return ids;
}

} // namespace

struct RedisWay::Source {
    redis::Login ofEnvironment; // its password, where REDIS_URL counts
    bool byEnvironment = false;
    redis::Address address;
    SecretRef password;
    SecretRefs refs;

    static Task<Result<Secret>> ask(std::shared_ptr<Source> source, Deadline deadline)
    {
        if (source->byEnvironment)
            co_return source->ofEnvironment.password.duplicate();
        if (source->password.kind == SecretRef::Kind::none && source->address.user.empty())
            co_return Secret{};
        if (source->password.kind == SecretRef::Kind::none)
            co_return Error{Errc::unauthorized, "redis.user wants a password: set this to secret:NAME, env:NAME or file:PATH",
                            "redis.password"};
        auto resolving = source->refs.resolve(source->password, deadline);
        auto secret = co_await std::move(resolving);
        if (secret.has_error())
            co_return at("redis.password", std::move(secret).error());
        co_return secret;
    }
};

RedisWay::RedisWay(std::shared_ptr<Source> source, RedisSettings settings, SecretStore& secrets, RoutingStore& files)
    : source_(std::move(source)),
      client_(std::move(settings), [source = source_](Deadline deadline) { return Source::ask(source, deadline); }),
      keys_(files, client_, [&secrets](Deadline deadline) { return kekIds(secrets, deadline); })
{
}

Result<std::unique_ptr<RedisWay>> RedisWay::make(const WorkspaceConfig& config, const std::filesystem::path& folder, SecretStore& secrets,
                                                 RoutingStore& files)
{
    auto source = std::make_shared<Source>(Source{{}, false, {}, config.redis.password, SecretRefs{&secrets, folder, environmentVariable}});
    if (auto url = environmentVariable("REDIS_URL"); url && !url->empty()) {
        auto login = redis::parseLogin(*url);
        wipe(*url);
        if (login.has_error())
            return at("REDIS_URL", login.error());
        source->ofEnvironment = std::move(*login);
        source->byEnvironment = true;
        source->address = source->ofEnvironment.address;
    } else if (config.redis.url.empty()) {
        return std::unique_ptr<RedisWay>{};
    } else {
        auto address = redis::parseAddress(config.redis.url);
        if (address.has_error())
            return at("redis.url", address.error());
        source->address = std::move(*address);
        source->address.user = config.redis.user;
    }
    if (config.sandbox && !redis::isLoopback(source->address))
        return Error{Errc::invalidInput, "a sandbox workspace (workspace.sandbox) has its Redis on this machine, and this one is not",
                     source->byEnvironment ? "REDIS_URL" : "redis.url"};
    RedisSettings settings{source->address, config.redis.caFile};
    return std::unique_ptr<RedisWay>{new RedisWay(std::move(source), std::move(settings), secrets, files)};
}

Task<Result<Secret>> RedisWay::login(Deadline deadline)
{
    auto asking = Source::ask(source_, deadline);
    DROVER_CO_TRY(Secret password, co_await std::move(asking));
    redis::Login login{source_->address, std::move(password)};
    co_return redis::writeLogin(login);
}

} // namespace drover
