// SPDX-License-Identifier: Apache-2.0
#include "app/TakingTurns.h"

#include <utility>

namespace drover::app {
namespace {

// What the call may take once it has its turn.
Deadline afresh(const Clock& clock, Duration left)
{
    return Deadline::in(clock, left);
}

class Client final : public ProviderClient {
public:
    Client(ProviderClient& client, Turns& turns, const Clock& clock) : client_(client), turns_(turns), clock_(clock) {}

    Task<Result<ProviderAnswer>> models(std::string baseUrl, const Secret& key, Deadline deadline) override
    {
        const Duration left = deadline.left();
        const Turns::Turn turn = co_await turns_.take();
        co_return co_await client_.models(std::move(baseUrl), key, afresh(clock_, left));
    }
    Task<Result<ProviderAnswer>> chat(std::string baseUrl, const Secret& key, std::string body, Deadline deadline) override
    {
        const Duration left = deadline.left();
        const Turns::Turn turn = co_await turns_.take();
        co_return co_await client_.chat(std::move(baseUrl), key, std::move(body), afresh(clock_, left));
    }

private:
    ProviderClient& client_;
    Turns& turns_;
    const Clock& clock_;
};

class Issuer final : public KeyIssuer {
public:
    Issuer(std::unique_ptr<KeyIssuer> issuer, Turns& turns, const Clock& clock) : issuer_(std::move(issuer)), turns_(turns), clock_(clock) {}

    bool canMint() const override { return issuer_->canMint(); }
    bool canList() const override { return issuer_->canList(); }
    bool canRevoke() const override { return issuer_->canRevoke(); }
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit, Deadline deadline) override
    {
        const Duration left = deadline.left();
        const Turns::Turn turn = co_await turns_.take();
        co_return co_await issuer_->mint(std::move(name), expiresInDays, rateLimit, afresh(clock_, left));
    }
    Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) override
    {
        const Duration left = deadline.left();
        const Turns::Turn turn = co_await turns_.take();
        co_return co_await issuer_->list(afresh(clock_, left));
    }
    Task<Result<void>> revoke(std::string keyId, Deadline deadline) override
    {
        const Duration left = deadline.left();
        const Turns::Turn turn = co_await turns_.take();
        co_return co_await issuer_->revoke(std::move(keyId), afresh(clock_, left));
    }

private:
    std::unique_ptr<KeyIssuer> issuer_;
    Turns& turns_;
    const Clock& clock_;
};

Ports withProvider(const Ports& all, ProviderClient& provider)
{
    return {all.clock, all.log, all.random, all.secrets, all.routing, all.evidence, all.journal, all.inventory, all.orders, all.audit,
            provider, all.files, all.usage, all.issuer, all.policy, all.books, all.config, all.folder, all.actor, all.process,
            all.environment, all.lockController, all.otherStore, all.namedFile, all.resolve, all.checkRedis, all.redisLogin};
}

} // namespace

TakingTurns::TakingTurns(Ports& ports, std::size_t atOnce)
    : turns_(atOnce), provider_(std::make_unique<Client>(ports.provider, turns_, ports.clock)), ports_(withProvider(ports, *provider_))
{
    ports_.issuer = [this, make = ports.issuer, &clock = ports.clock](const TargetConfig& target, Secret credential) -> std::unique_ptr<KeyIssuer> {
        return std::make_unique<Issuer>(make(target, std::move(credential)), turns_, clock);
    };
}

TakingTurns::~TakingTurns() = default;

} // namespace drover::app
