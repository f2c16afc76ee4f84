// SPDX-License-Identifier: Apache-2.0
#include "services/IssuerHttp.h"

#include "protocol/openai/Errors.h"
#include "protocol/routing/Sealing.h"
#include "services/ProviderHttp.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

Errc codeOfClass(ErrorClass errorClass, int status)
{
    switch (errorClass) {
    case ErrorClass::auth:
        return status == 403 ? Errc::forbidden : Errc::unauthorized;
    case ErrorClass::billing:
        return Errc::quota;
    case ErrorClass::rate:
        return Errc::rateLimited;
    case ErrorClass::overload:
    case ErrorClass::upstream:
        return Errc::unavailable;
    default:
        // Any 4xx is a no, but for these: the key may be there already, or the request may still be carried out.
        return status == 404                  ? Errc::notFound
               : status == 409                ? Errc::conflict
               : status == 408                ? Errc::timeout
               : status >= 400 && status < 500 ? Errc::invalidInput
                                               : Errc::protocol;
    }
}

std::string whenAgain(const HttpResponse& response)
{
    const std::string_view after = response.header("retry-after");
    const bool plain = !after.empty() && after.size() < 8 && std::ranges::all_of(after, [](char c) { return c >= '0' && c <= '9'; });
    return plain ? "; try again in " + std::string(after) + " s" : std::string();
}

} // namespace

IssuerHttp::IssuerHttp(HttpClient& http, std::string baseUrl, HttpRoute route, Secret credential, std::string header, std::string prefix)
    : http_(http), baseUrl_(std::move(baseUrl)), route_(std::move(route)), credential_(std::move(credential)), header_(std::move(header)),
      prefix_(std::move(prefix))
{
}

HttpRequest IssuerHttp::request(const char* method, const std::string& path, RetryPolicy retry) const
{
    HttpRequest made;
    made.method = method;
    made.url = joinUrl(baseUrl_, path);
    made.headers = {{"Accept", "application/json"}};
    made.secretHeaders.push_back({header_, prefix_, credential_.duplicate()});
    made.route = route_;
    made.retry = retry;
    return made;
}

HttpRequest IssuerHttp::request(const char* method, const std::string& path, RetryPolicy retry, std::string body) const
{
    HttpRequest made = request(method, path, retry);
    made.headers.emplace_back("Content-Type", "application/json");
    made.body = std::move(body);
    return made;
}

Task<Result<HttpResponse>> IssuerHttp::ask(HttpRequest request, Deadline deadline) const
{
    return http_.send(std::move(request), deadline);
}

Task<Result<HttpResponse>> IssuerHttp::call(HttpRequest request, Deadline deadline) const
{
    auto asking = ask(std::move(request), deadline);
    auto response = co_await std::move(asking);
    if (response.has_value() && (response->status < 200 || response->status > 299))
        co_return errorOf(*response);
    co_return response;
}

Error IssuerHttp::errorOf(const HttpResponse& response) const
{
    const auto parsed = parseError(response.status, response.body);
    const std::string said = parsed.message.empty() ? "HTTP status " + std::to_string(response.status)
                                                    : scrubbed(parsed.message, {&credential_});
    const auto host = hostOfUrl(baseUrl_);
    return {codeOfClass(parsed.errorClass, response.status), said + whenAgain(response), host.has_value() ? *host : std::string()};
}

} // namespace drover
