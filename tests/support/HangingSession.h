// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "support/SampleSession.h"

namespace drover::test {

// Every service takes the request and never answers; counts what was asked and what was aborted.
class HangingSession final : public SampleSession {
public:
    using SampleSession::SampleSession;
    int asked = 0;
    int aborted = 0;

    Task<Result<std::vector<app::KeyRow>>> list() override { return hang<std::vector<app::KeyRow>>(); }
    Task<Result<app::KeyProof>> verify(std::string) override { return hang<app::KeyProof>(); }
    Task<Result<std::vector<app::GatewayStatus>>> status() override { return hang<std::vector<app::GatewayStatus>>(); }
    Task<Result<std::vector<ClientToken>>> tokens() override { return hang<std::vector<ClientToken>>(); }
    Task<Result<std::vector<ChartPoint>>> series(WallTime, std::uint32_t) override { return hang<std::vector<ChartPoint>>(); }
    Task<Result<CostFacts>> costs() override { return hang<CostFacts>(); }
    Task<Result<std::optional<CutoverComparison>>> cutover() override { return hang<std::optional<CutoverComparison>>(); }
    Task<Result<void>> order(OrderVerb, std::string) override { return hang<void>(); }
    Task<Result<MigrationPolicy>> policy(std::string) override { return hang<MigrationPolicy>(); }

private:
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
};

} // namespace drover::test
