// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Ids.h"
#include "protocol/vault/Vault.h"
#include "services/HttpClient.h"

#include <string>
#include <string_view>

namespace drover {

vault::Reply vaultReply(const HttpResponse& response);

// Where a standby at `from` sends us by its Location: the request goes there as it is, the token with it. Errors: refused
// where that would leave TLS.
Result<std::string> activeNode(const std::string& from, std::string_view location);

// Requests to Vault or OpenBao. What passes by itself is waited for within the deadline: a rate limit (429), a node that
// has not caught up (412), a mount that is being upgraded (400). A standby's 307 is followed once, with method, body and
// token, never from https to http. An HTTP error status is an answer.
class VaultHttp {
public:
    VaultHttp(HttpClient& http, std::string address, std::string caFile, Random random);

    // Without a token where it is empty. `again`: the request may be carried out twice. The request must outlive the task.
    Task<Result<HttpResponse>> send(const vault::Request& request, Secret token, bool again, Deadline deadline);
    // A standby's 429 is an answer here, and nothing to wait for.
    Task<Result<HttpResponse>> health(Deadline deadline);

    const std::string& address() const { return address_; }

private:
    HttpRequest plain(const vault::Request& request, std::string url, const Secret& token, bool again) const;

    HttpClient& http_;
    std::string address_;
    std::string caFile_;
    Random random_;
};

} // namespace drover
