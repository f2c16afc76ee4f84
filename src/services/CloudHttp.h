// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/cloud/Cloud.h"
#include "services/HttpClient.h"

#include <functional>
#include <string>
#include <vector>

namespace drover {

cloud::Reply cloudReply(const HttpResponse& response);

// The error with the entry's name as its place, where it has none.
Error placed(Error error, const std::string& name);

// Requests to one service of a cloud. An HTTP error status is an answer.
class CloudHttp {
public:
    // Whether an answer only says that the service had too much to do and did nothing: asked again, whatever the request.
    using Busy = std::function<bool(const cloud::Reply& reply)>;
    CloudHttp(HttpClient& http, std::string baseUrl, std::string caFile, Random random, Busy busy);

    // `again`: the request may be carried out twice; then it is sent again after 5xx and a lost answer too, three times in
    // all. Without it only what surely never arrived or was turned away.
    Task<Result<HttpResponse>> send(const cloud::Request& request, std::vector<HttpRequest::SecretHeader> secrets, bool again,
                                    Deadline deadline);
    const std::string& baseUrl() const { return baseUrl_; }

private:
    HttpClient& http_;
    std::string baseUrl_;
    std::string caFile_;
    Random random_;
    Busy busy_;
};

// An access token that is kept until shortly before its end.
class BearerToken {
public:
    using Fetch = std::function<Task<Result<cloud::AccessToken>>(Deadline deadline)>;
    BearerToken(const Clock& clock, Fetch fetch) : clock_(clock), fetch_(std::move(fetch)) {}

    Task<Result<Secret>> get(Deadline deadline);
    // It was refused: the next get() asks for a new one.
    void drop() { token_ = {}; }

private:
    const Clock& clock_;
    Fetch fetch_;
    Secret token_;
    SteadyTime renewAt_{};
};

// Sends with the token; where it is refused (401), once more with a new one.
Task<Result<HttpResponse>> sendWithToken(CloudHttp& http, BearerToken& token, const cloud::Request& request, bool again,
                                         Deadline deadline);

} // namespace drover
