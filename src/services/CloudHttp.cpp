// SPDX-License-Identifier: Apache-2.0
#include "services/CloudHttp.h"

#include "ports/Timer.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr unsigned mostTries = 3;
constexpr Duration firstWait = 300ms;
constexpr Duration renewBefore = 5min;

} // namespace

cloud::Reply cloudReply(const HttpResponse& response)
{
    return {response.status, response.body, [&response](std::string_view name) {
                const auto value = response.header(name);
                return value.empty() ? std::nullopt : std::optional<std::string_view>{value};
            }};
}

Error placed(Error error, const std::string& name)
{
    if (error.where.empty())
        error.where = name;
    return error;
}

CloudHttp::CloudHttp(HttpClient& http, std::string baseUrl, std::string caFile, Random random, Busy busy)
    : http_(http), baseUrl_(std::move(baseUrl)), caFile_(std::move(caFile)), random_(random), busy_(std::move(busy))
{
    while (baseUrl_.ends_with('/'))
        baseUrl_.pop_back();
}

Task<Result<HttpResponse>> CloudHttp::send(const cloud::Request& request, std::vector<HttpRequest::SecretHeader> secrets,
                                           bool again, Deadline deadline)
{
    for (unsigned tried = 1;; ++tried) {
        HttpRequest made;
        made.method = request.method;
        made.url = baseUrl_ + request.target;
        made.headers = request.headers;
        made.body = request.body.reveal([](std::string_view body) { return std::string(body); });
        for (const auto& secret : secrets)
            made.secretHeaders.push_back({secret.name, secret.prefix, secret.value.duplicate()});
        made.route.caFile = caFile_;
        made.retry = again ? RetryPolicy::idempotent() : RetryPolicy::once();
        auto sending = http_.send(std::move(made), deadline);
        auto response = co_await std::move(sending);
        if (!response.has_value() || tried == mostTries)
            co_return response;
        const bool failed = again && response->status >= 500;
        const auto wait = fromSeconds(seconds(firstWait * (1U << tried)) * (0.5 + random_.uniform() / 2));
        if (!(failed || busy_(cloudReply(*response))) || wait >= deadline.left())
            co_return response;
        co_await delay(wait);
    }
}

Task<Result<Secret>> BearerToken::get(Deadline deadline)
{
    if (!token_.empty() && clock_.steady() < renewAt_)
        co_return token_.duplicate();
    auto fetching = fetch_(deadline);
    DROVER_CO_TRY(auto made, co_await std::move(fetching));
    renewAt_ = clock_.steady() + std::max(made.life - renewBefore, made.life / 2);
    token_ = std::move(made.token);
    co_return token_.duplicate();
}

Task<Result<HttpResponse>> sendWithToken(CloudHttp& http, BearerToken& token, const cloud::Request& request, bool again,
                                         Deadline deadline)
{
    for (bool second = false;; second = true) {
        auto getting = token.get(deadline);
        DROVER_CO_TRY(auto bearer, co_await std::move(getting));
        std::vector<HttpRequest::SecretHeader> secrets;
        secrets.push_back({"Authorization", "Bearer ", std::move(bearer)});
        auto sending = http.send(request, std::move(secrets), again, deadline);
        auto response = co_await std::move(sending);
        if (!response.has_value() || response->status != 401 || second)
            co_return response;
        token.drop();
    }
}

} // namespace drover
