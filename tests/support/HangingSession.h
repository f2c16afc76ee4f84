// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "support/SampleSession.h"

namespace drover::test {

// Every service takes the request and never answers; counts what was asked and what was aborted. Of the migration
// nothing is ever said.
class HangingSession final : public SampleSession {
public:
    using SampleSession::SampleSession;
    int asked = 0;
    int aborted = 0;
    bool reads = false; // what changes nothing is answered, of keys

    std::unique_ptr<Subscription> watch(std::function<void(const MigrationNews&)>) override { return std::make_unique<Silence>(); }
    Task<Result<std::vector<app::KeyRow>>> list() override { return hang<std::vector<app::KeyRow>>(); }
    Task<Result<app::KeyAdded>> add(app::KeyAddition, Secret) override { return hang<app::KeyAdded>(); }
    Task<Result<app::KeyProof>> verify(std::string) override { return hang<app::KeyProof>(); }
    Task<Result<app::KeyHarvest>> look(app::KeySource source) override { return reads ? SampleSession::look(std::move(source)) : hang<app::KeyHarvest>(); }
    Task<Result<std::vector<app::KeyTaken>>> take(std::vector<app::KeyCandidate>) override { return hang<std::vector<app::KeyTaken>>(); }
    Task<Result<Secret>> reveal(std::string, std::string) override { return hang<Secret>(); }
    Task<Result<void>> revoke(std::string, std::string) override { return hang<void>(); }
    Task<Result<app::KeyDriftReport>> drift() override { return reads ? SampleSession::drift() : hang<app::KeyDriftReport>(); }
    Task<Result<app::PrunePreview>> prunePreview() override { return reads ? SampleSession::prunePreview() : hang<app::PrunePreview>(); }
    Task<Result<app::PruneDone>> prune(app::PrunePreview) override { return hang<app::PruneDone>(); }
    Task<Result<app::KeyScanReport>> scan(std::filesystem::path, bool) override { return hang<app::KeyScanReport>(); }
    RotationDesk& rotation() override { return hanging_; }
    Task<Result<std::vector<app::GatewayStatus>>> status() override { return hang<std::vector<app::GatewayStatus>>(); }
    Task<Result<void>> start() override { return hang<void>(); }
    Task<Result<void>> stop(std::string) override { return hang<void>(); }
    Task<Result<std::vector<ClientToken>>> tokens() override { return hang<std::vector<ClientToken>>(); }
    Task<Result<Secret>> createToken(app::TokenRequest) override { return hang<Secret>(); }
    Task<Result<void>> revokeToken(std::string) override { return hang<void>(); }
    Task<Result<std::vector<ChartPoint>>> series(WallTime, std::uint32_t) override { return hang<std::vector<ChartPoint>>(); }
    Task<Result<std::vector<ChartPoint>>> recent(Duration) override { return hang<std::vector<ChartPoint>>(); }
    Task<Result<CostFacts>> costs() override { return hang<CostFacts>(); }
    Task<Result<std::optional<CutoverComparison>>> cutover() override { return hang<std::optional<CutoverComparison>>(); }
    Task<Result<void>> order(OrderVerb, std::string) override { return hang<void>(); }
    Task<Result<void>> start(StartRequest) override { return hang<void>(); }
    Task<Result<MigrationPolicy>> policy(std::string) override { return hang<MigrationPolicy>(); }
    Task<Result<std::optional<app::Consent>>> consent(std::string) override { return hang<std::optional<app::Consent>>(); }
    Task<Result<void>> giveConsent(std::string, std::string) override { return hang<void>(); }
    Task<Result<void>> set(std::string, std::string) override { return hang<void>(); }
    Task<Result<std::vector<app::ConfigService::Finding>>> check() override { return hang<std::vector<app::ConfigService::Finding>>(); }
    Task<Result<app::SecretsService::Login>> logIn(std::function<void(const std::string&)>) override { return hang<app::SecretsService::Login>(); }

private:
    struct Silence final : Subscription {};
    struct HangingRotation final : RotationDesk {
        explicit HangingRotation(HangingSession& session) : home(session) {}
        std::vector<std::string> targets() const override { return {"holysheep", "legacy"}; }
        Task<Result<std::vector<OpenRotation>>> open() override { return home.hang<std::vector<OpenRotation>>(); }
        Task<Result<RotationNews>> news(std::string) override { return home.hang<RotationNews>(); }
        Task<Result<void>> rotate(std::string) override { return home.hang<void>(); }
        Task<Result<void>> paste(std::string, Secret) override { return home.hang<void>(); }
        Task<Result<void>> giveUp(std::string) override { return home.hang<void>(); }
        bool here() const override { return false; }
        void stopHere() override {}
        Task<Result<void>> schedule(std::string) override { return home.hang<void>(); }
        HangingSession& home;
    };
    struct Request {
        HangingSession& home;
        ~Request() { ++home.aborted; }
    };

    template <class T>
    Task<Result<T>> hang()
    {
        typename Later<Result<T>>::Start never = [this](typename Later<Result<T>>::Resolve) {
            ++asked;
            return std::shared_ptr<void>(new Request{*this}, [](Request* request) { std::unique_ptr<Request> owned(request); });
        };
        Later<Result<T>> answer{std::move(never)};
        co_return co_await answer;
    }

    HangingRotation hanging_{*this};
};

} // namespace drover::test
