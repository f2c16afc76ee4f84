// SPDX-License-Identifier: Apache-2.0
#include "services/ProviderHttp.h"

#include "protocol/openai/Errors.h"
#include "protocol/routing/Sealing.h"

namespace drover {

std::string joinUrl(std::string base, const std::string& path)
{
    while (base.ends_with('/'))
        base.pop_back();
    return base + "/" + path;
}

HttpRequest ProviderHttp::request(const std::string& baseUrl, const char* path, const Secret& key) const
{
    HttpRequest made;
    made.url = joinUrl(baseUrl, path);
    made.headers = {{"Accept", "application/json"}};
    made.secretHeaders.push_back({"Authorization", "Bearer ", key.duplicate()});
    made.route = routeOf_ ? routeOf_(baseUrl) : HttpRoute{};
    return made;
}

// Not coroutines themselves: the key is the caller's and may be gone when the task begins.
Task<Result<ProviderAnswer>> ProviderHttp::models(std::string baseUrl, const Secret& key, Deadline deadline)
{
    return call(request(baseUrl, "models", key), deadline);
}

Task<Result<ProviderAnswer>> ProviderHttp::chat(std::string baseUrl, const Secret& key, std::string body,
                                                Deadline deadline)
{
    auto made = request(baseUrl, "chat/completions", key);
    made.method = "POST";
    made.headers.emplace_back("Content-Type", "application/json");
    made.body = std::move(body);
    return call(std::move(made), deadline);
}

Task<Result<ProviderAnswer>> ProviderHttp::call(HttpRequest request, Deadline deadline)
{
    const auto key = request.secretHeaders.front().value.duplicate();
    const auto host = hostOfUrl(request.url);
    auto sending = http_.send(std::move(request), deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    ProviderAnswer answer;
    answer.status = response->status;
    if (response->status < 200 || response->status > 299)
        answer.errorClass = parseError(response->status, response->body).errorClass;
    answer.body = scrubbed(std::move(response->body), {&key}); // some echo the key in their 401
    answer.firstByteMs = response->firstByteMs;
    answer.totalMs = response->totalMs;
    answer.requestId = scrubbed(std::string(response->header("x-request-id")), {&key});
    answer.host = host.has_value() ? *host : std::string();
    co_return answer;
}

} // namespace drover
