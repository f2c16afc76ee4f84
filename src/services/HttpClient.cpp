// SPDX-License-Identifier: Apache-2.0
#include "services/HttpClient.h"

#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QSslCertificate>
#include <QUrl>

#include <openssl/crypto.h>

#include "ports/Timer.h"
#include "protocol/openai/Errors.h"
#include "services/HttpExchange.h"

#include <algorithm>

namespace drover {
namespace {

constexpr unsigned mostRedirects = 3;

// What a manager has at most (https://doc.qt.io/qt-6/qnetworkaccessmanager.html; Qt 6.5 is the first that can set it).
constexpr int connectionsPerHost = 6;

// QThread::wait returns before the thread has quite ended, so at exit a manager's thread may still hold OpenSSL's state of it.
// OpenSSL's own cleanup at exit would then take the ground from under it (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT); the
// system takes everything back anyway. Only the first initialisation counts, hence before main.
[[maybe_unused]] const int tlsLastsUntilTheEnd = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

Result<QUrl> checkedUrl(const std::string& text)
{
    const QUrl url{QString::fromStdString(text), QUrl::StrictMode};
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty())
        return Error{Errc::invalidInput, "not a URL of a host", url.host().toStdString()};
    if (url.scheme() == QLatin1String("https"))
        return url;
    if (url.scheme() == QLatin1String("http") && isLoopbackHost(url.host().toStdString()))
        return url;
    return Error{Errc::invalidInput, "only https is used, and http to this machine itself", text};
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where to go on, or nothing where the answer is to be taken as it is. A request with a secret stays with its
// host.
Result<std::optional<std::string>> redirectTarget(const HttpRequest& request, const HttpResponse& response)
{
    const bool reading = request.method == "GET" || request.method == "HEAD";
    const bool kept = response.status == 307 || response.status == 308;
    if (!isRedirect(response.status) || response.header("location").empty() || !(reading || kept))
        return std::optional<std::string>{};
    const QUrl from{QString::fromStdString(request.url)};
    const QUrl to = from.resolved(QUrl{QString::fromStdString(std::string(response.header("location")))});
    DROVER_TRY(const auto checked, checkedUrl(to.toString().toStdString()));
    const int standard = checked.scheme() == QLatin1String("https") ? 443 : 80;
    const bool same =
        from.scheme() == to.scheme() && from.host() == to.host() && from.port(standard) == to.port(standard);
    if (!same && !request.secretHeaders.empty())
        return Error{Errc::refused,
                     "it redirects to " + to.host().toStdString() +
                         "; not followed, since the request carries a secret",
                     from.host().toStdString()};
    return std::optional{checked.toString().toStdString()};
}

// What the provider asks to wait, if it lets us try again at all.
std::optional<Duration> retryAfter(const HttpResponse& response, WallTime now)
{
    const auto header = [&](std::string_view name) {
        const auto value = response.header(name);
        return value.empty() ? std::nullopt : std::optional{value};
    };
    const auto hint = parseRetryHint(response.status, header, now);
    return hint.shouldRetry == false ? std::nullopt : hint.after;
}

} // namespace

struct HttpClient::Attempt {
    HttpOutcome outcome;
    std::optional<Duration> notBefore; // Retry-After
    bool again(const RetryPolicy& policy) const
    {
        if (outcome.response.has_value())
            return policy.onBusy && notBefore.has_value() &&
                   (outcome.response->status == 429 || outcome.response->status == 503);
        return outcome.error.code == Errc::network && (outcome.neverSent || policy.afterLostAnswer);
    }
};

std::string_view HttpResponse::header(std::string_view lowerName) const
{
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == lowerName; });
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

HttpClient::HttpClient(const Clock& clock, Random random) : clock_(clock), random_(random) {}

HttpClient::~HttpClient() = default;

class HttpClient::Place {
public:
    Place(std::shared_ptr<Lane> lane, std::string host) : lane_(std::move(lane)), host_(std::move(host)) { ++lane_->busy[host_]; }
    ~Place()
    {
        if (--lane_->busy[host_] == 0)
            lane_->busy.erase(host_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::shared_ptr<Lane> lane_;
    std::string host_;
};

// The first that has a connection left for the host: so few managers have many requests, and connections are used again.
Result<std::shared_ptr<HttpClient::Lane>> HttpClient::laneFor(const HttpRoute& route, const std::string& host)
{
    auto& lanes = lanes_[route];
    for (const auto& lane : lanes) {
        const auto busy = lane->busy.find(host);
        if (busy == lane->busy.end() || busy->second < connectionsPerHost)
            return lane;
    }
    if (!route.caFile.empty() && QSslCertificate::fromPath(QString::fromStdString(route.caFile)).isEmpty())
        return Error{Errc::invalidInput, "no certificate (PEM) to be read in this ca_file", route.caFile};
    auto made = std::make_unique<QNetworkAccessManager>();
    made->setAutoDeleteReplies(false);
    made->setProxy(QNetworkProxy::NoProxy);
    if (!route.proxy.empty()) {
        const QUrl proxy{QString::fromStdString(route.proxy)};
        if (proxy.scheme() != QLatin1String("http") || proxy.host().isEmpty())
            return Error{Errc::invalidInput, "a proxy is http://host:port", proxy.host().toStdString()};
        made->setProxy(QNetworkProxy{QNetworkProxy::HttpProxy, proxy.host(), quint16(proxy.port(8080)),
                                     proxy.userName(), proxy.password()});
    }
    lanes.push_back(std::make_shared<Lane>(Lane{std::move(made), {}}));
    return lanes.back();
}

Task<HttpClient::Attempt> HttpClient::attempt(const HttpRequest* request, Deadline deadline)
{
    auto route = request->route;
    if (request->url.starts_with("http://"))
        route = {}; // this machine itself
    const QUrl url{QString::fromStdString(request->url)};
    const std::string host = url.authority().toStdString();
    const auto lane = laneFor(route, host);
    if (!lane.has_value())
        co_return Attempt{HttpOutcome{std::nullopt, lane.error(), true}, {}};
    const Place place{*lane, host};
    Later<HttpOutcome>::Start start = [manager = (*lane)->manager.get(), request, left = deadline.left()](auto resolve) {
        return std::shared_ptr<void>{new HttpExchange{*manager, *request, left, resolve}, [](void* owned) {
                                         auto* exchange = static_cast<HttpExchange*>(owned);
                                         exchange->cancel();
                                         exchange->deleteLater(); // it may be what is calling
                                     }};
    };
    Later<HttpOutcome> done{std::move(start)};
    Attempt result;
    result.outcome = co_await done;
    if (result.outcome.response.has_value())
        result.notBefore = retryAfter(*result.outcome.response, clock_.now());
    co_return result;
}

Duration HttpClient::waitBefore(const RetryPolicy& policy, unsigned tryNumber, const Attempt& last)
{
    const auto grown = std::min(policy.most, policy.first * (1U << std::min(tryNumber, 16U)));
    const auto jittered = fromSeconds(seconds(grown) * (0.5 + random_.uniform() / 2));
    return std::max(jittered, last.notBefore.value_or(Duration{0}));
}

Task<Result<HttpResponse>> HttpClient::send(HttpRequest request, Deadline deadline)
{
    DROVER_CO_TRY(const auto url, checkedUrl(request.url));
    unsigned redirects = 0;
    for (unsigned tried = 1;; ++tried) {
        if (deadline.passed())
            co_return Error{Errc::timeout, "no time left", url.host().toStdString()};
        auto trying = attempt(&request, deadline);
        auto last = co_await std::move(trying);
        if (last.outcome.response.has_value() && request.followRedirects && redirects < mostRedirects) {
            DROVER_CO_TRY(auto next, redirectTarget(request, *last.outcome.response));
            if (next.has_value()) {
                request.url = *std::move(next);
                ++redirects;
                --tried;
                continue;
            }
        }
        const auto wait = waitBefore(request.retry, tried - 1, last);
        if (tried < request.retry.tries && last.again(request.retry) && wait < deadline.left()) {
            co_await delay(wait);
            continue;
        }
        if (!last.outcome.response.has_value())
            co_return last.outcome.error;
        co_return *std::move(last.outcome.response);
    }
}

std::string scrubbed(std::string text, const std::vector<const Secret*>& secrets)
{
    for (const auto* secret : secrets) {
        if (secret->size() < 4)
            continue;
        secret->reveal([&text](std::string_view plain) {
            for (auto at = text.find(plain); at != std::string::npos; at = text.find(plain, at + 4))
                text.replace(at, plain.size(), "****");
        });
    }
    return text;
}

bool isLoopbackHost(std::string_view host)
{
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    const auto text = QString::fromStdString(std::string(host));
    if (text.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0)
        return true;
    const QHostAddress address{text};
    return !address.isNull() && address.isLoopback();
}

} // namespace drover
