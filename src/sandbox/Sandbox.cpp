// SPDX-License-Identifier: Apache-2.0
#include "sandbox/Sandbox.h"

#include "http/Server.h"
#include "sandbox/World.h"
#include "sandbox/cloud/CloudFace.h"
#include "sandbox/net/Faces.h"

#include <array>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr Duration stopTime = 2s;
constexpr std::array holysheepRegions{Region::main, Region::usEast, Region::usWest, Region::euWest, Region::apSouth};

http::ServerOptions vaultOptions()
{
    http::ServerOptions options;
    options.bodyLimit = 64 * 1024 * 1024; // above Vault's own limit, which answers in its own words
    return options;
}

} // namespace

struct Sandbox::Servers {
    Servers(http::Loop& loop, World& world, std::shared_ptr<http::TlsContext> cloudTls)
        : legacy(loop, providerHandler(world.legacy, Region::main, world.clock)),
          holysheep{http::Server{loop, providerHandler(world.holysheep, Region::main, world.clock)},
                    http::Server{loop, providerHandler(world.holysheep, Region::usEast, world.clock)},
                    http::Server{loop, providerHandler(world.holysheep, Region::usWest, world.clock)},
                    http::Server{loop, providerHandler(world.holysheep, Region::euWest, world.clock)},
                    http::Server{loop, providerHandler(world.holysheep, Region::apSouth, world.clock)}},
          vault(loop, vaultHandler(world), vaultOptions()),
          control(loop, controlHandler(world)),
          clouds(loop, world.clouds, world.clock, std::move(cloudTls))
    {}

    http::Server legacy;
    std::array<http::Server, regionCount> holysheep;
    http::Server vault;
    http::Server control;
    CloudServers clouds;
};

Sandbox::Sandbox(http::Loop& loop, Scenario scenario, std::uint64_t seed, std::shared_ptr<http::TlsContext> cloudTls, VaultVersion vaultVersion)
    : world_(std::make_unique<World>(std::move(scenario), seed, loop.clock(), std::move(vaultVersion))),
      servers_(std::make_unique<Servers>(loop, *world_, std::move(cloudTls)))
{}

Sandbox::~Sandbox() = default;

Result<void> Sandbox::listen(std::optional<std::uint16_t> portBase)
{
    std::uint16_t offset = 0;
    const auto next = [&] { return portBase ? std::uint16_t(*portBase + offset++) : std::uint16_t{0}; };
    const std::string loopback = "127.0.0.1";
    DROVER_CHECK(servers_->legacy.listen(loopback, next()));
    for (auto& region : servers_->holysheep) {
        DROVER_CHECK(region.listen(loopback, next()));
    }
    DROVER_CHECK(servers_->vault.listen(loopback, next()));
    DROVER_CHECK(servers_->control.listen(loopback, next()));
    return servers_->clouds.listen(loopback, portBase ? std::optional{next()} : std::nullopt);
}

std::string Sandbox::firstLine() const
{
    const auto target = [](const std::string& url) {
        return R"({"openai":")" + url + R"(/v1","anthropic":")" + url + "\"";
    };
    std::string line = R"({"program":"drover-sandbox","targets":{"legacy":)" + target(servers_->legacy.url());
    line += R"(},"holysheep":)" + target(servers_->holysheep.front().url()) + R"(,"regions":{)";
    for (const auto region : holysheepRegions) {
        if (region == Region::main)
            continue;
        line += (line.back() == '{' ? "\"" : ",\"") + std::string(regionName(region)) + R"(":")" +
                servers_->holysheep[std::size_t(region)].url() + R"(/v1")";
    }
    line += R"(}}},"vault":")" + servers_->vault.url();
    line += R"(","pagerduty":null,"slack":null,"statuspage":null,"smtp":null,"control":")";
    return line + servers_->control.url() + R"(","cloud":)" + servers_->clouds.json() + "}";
}

http::Async<void> Sandbox::stop()
{
    // One deadline for all, so that calls which hang on several servers do not add up.
    const auto end = Deadline::in(world_->clock, stopTime);
    (void)co_await servers_->legacy.stop(end.left());
    for (auto& region : servers_->holysheep)
        (void)co_await region.stop(end.left());
    (void)co_await servers_->vault.stop(end.left());
    (void)co_await servers_->control.stop(end.left());
    co_await servers_->clouds.stop(end);
}

} // namespace drover::sandbox
