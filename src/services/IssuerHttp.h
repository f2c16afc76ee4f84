// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "services/HttpClient.h"

#include <string>

namespace drover {

// What the clients of providers' key APIs have in common: one credential, one base URL, and errors told apart (unauthorized, forbidden,
// notFound, quota, rateLimited with when to come again, invalidInput, conflict, timeout, unavailable, protocol).
class IssuerHttp {
public:
    // `header` and `prefix` carry the credential: "Authorization" and "Bearer ", or "x-api-key" and "".
    IssuerHttp(HttpClient& http, std::string baseUrl, HttpRoute route, Secret credential, std::string header, std::string prefix);

    bool hasCredential() const { return !credential_.empty(); }
    HttpRequest request(const char* method, const std::string& path, RetryPolicy retry) const;
    // With a body of JSON.
    HttpRequest request(const char* method, const std::string& path, RetryPolicy retry, std::string body) const;
    // Any answer, whatever its status.
    Task<Result<HttpResponse>> ask(HttpRequest request, Deadline deadline) const;
    // A 2xx, or the Error that the answer stands for.
    Task<Result<HttpResponse>> call(HttpRequest request, Deadline deadline) const;
    Error errorOf(const HttpResponse& response) const;

private:
    HttpClient& http_;
    std::string baseUrl_;
    HttpRoute route_;
    Secret credential_;
    std::string header_, prefix_;
};

} // namespace drover
