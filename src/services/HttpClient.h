// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>

#include "base/Clock.h"
#include "base/Ids.h"
#include "base/Result.h"
#include "base/Secret.h"
#include "ports/Task.h"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

class QNetworkAccessManager;

namespace drover {

// When a request is sent again. Waits grow from `first` by doubling up to `most`, each times a random 0.5 to
// 1; where the answer has Retry-After, that is the least.
struct RetryPolicy {
    unsigned tries = 1; // in all
    Duration first = 250ms;
    Duration most = 4s;
    bool afterLostAnswer = false; // the request may have been carried out: only for what may happen twice
    bool onBusy = true;           // 429 and 503 with Retry-After

    static RetryPolicy none() { return {}; }
    // GET, DELETE and whatever may happen twice.
    static RetryPolicy idempotent() { return {3, 250ms, 4s, true, true}; }
    // What must not happen twice: again only where the request surely never arrived, or was turned away.
    static RetryPolicy once() { return {3, 250ms, 4s, false, true}; }
};

// How to reach the other side, beyond its URL.
struct HttpRoute {
    std::string caFile; // PEM; trusted instead of the system's authorities
    std::string proxy;  // URL; used for https (CONNECT) alone
    auto operator<=>(const HttpRoute&) const = default;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url; // https, or http for a loopback address
    std::vector<std::pair<std::string, std::string>> headers;
    struct SecretHeader {
        std::string name;
        std::string prefix; // "Bearer "
        Secret value;
    };
    std::vector<SecretHeader> secretHeaders;
    std::string body;
    HttpRoute route;
    RetryPolicy retry;
    std::size_t limit = 1 << 20; // bytes of the answer's body
    bool followRedirects = true; // else a redirect is an answer like any other
};

struct HttpResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string body;
    double firstByteMs = 0; // from sending to the first byte of the body (of the head where there is no body)
    double totalMs = 0;

    std::string_view header(std::string_view lowerName) const; // "" where there is none
};

// HTTP for the Qt programs. An HTTP error status is a response, not an Error. Errors: timeout; network (with
// the host); protocol (not HTTP, or a body above the limit); invalidInput (not a URL, http to another
// machine); refused (a redirect that would carry a secret elsewhere). No text of an error, nor a log, ever
// has a secret of the request in it.
class HttpClient {
public:
    HttpClient(const Clock& clock, Random random);
    ~HttpClient();

    // Destroying the task aborts the request.
    Task<Result<HttpResponse>> send(HttpRequest request, Deadline deadline);

private:
    struct Attempt; // one try, with the reason to make another
    // A manager has no more than six connections to a host, and lets what comes beyond wait. More requests take more managers.
    struct Lane {
        std::unique_ptr<QNetworkAccessManager> manager;
        std::map<std::string, int> busy; // requests under way, by the host and port they go to
    };
    class Place; // of a request in a lane
    Task<Attempt> attempt(const HttpRequest* request, Deadline deadline);
    Result<std::shared_ptr<Lane>> laneFor(const HttpRoute& route, const std::string& host);
    Duration waitBefore(const RetryPolicy& policy, unsigned tryNumber, const Attempt& last);

    const Clock& clock_;
    Random random_;
    std::map<HttpRoute, std::vector<std::shared_ptr<Lane>>> lanes_;
};

// The text with every secret of the list replaced by "****". Secrets shorter than 4 bytes are not looked for.
std::string scrubbed(std::string text, const std::vector<const Secret*>& secrets);

// Whether a host is this machine: localhost, 127.0.0.0/8, ::1.
bool isLoopbackHost(std::string_view host);

} // namespace drover
