// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Provider.h"

#include "services/HttpClient.h"

#include <functional>
#include <string>

namespace drover {

// Calls a provider's OpenAI-compatible API straight from this machine. Never tries again: each answer is a
// measurement.
class ProviderHttp final : public ProviderClient {
public:
    // `routeOf` gives ca_file and proxy of the target a base URL belongs to.
    using RouteOf = std::function<HttpRoute(const std::string& baseUrl)>;
    ProviderHttp(HttpClient& http, RouteOf routeOf) : http_(http), routeOf_(std::move(routeOf)) {}

    Task<Result<ProviderAnswer>> models(std::string baseUrl, const Secret& key, Deadline deadline) override;
    Task<Result<ProviderAnswer>> chat(std::string baseUrl, const Secret& key, std::string body,
                                      Deadline deadline) override;

private:
    Task<Result<ProviderAnswer>> call(HttpRequest request, Deadline deadline);
    HttpRequest request(const std::string& baseUrl, const char* path, const Secret& key) const;

    HttpClient& http_;
    RouteOf routeOf_;
};

// "https://host/v1" and "models": without a doubled slash.
std::string joinUrl(std::string base, const std::string& path);

} // namespace drover
