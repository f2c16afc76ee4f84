// SPDX-License-Identifier: Apache-2.0
#include "http/Client.h"

#include "http/Connection.h"
#include "http/Pool.h"
#include "http/Stream.h"
#include "http/Tls.h"

#include <array>
#include <charconv>

namespace drover::http {
namespace {

constexpr std::size_t maxInterim = 8; // 1xx answers before the real one

// What connections must have in common to serve the same requests.
std::string originOf(const Url& url, const std::string& caFile, const std::string& proxy)
{
    std::string text = (url.tls ? "https://" : "http://") + url.authority();
    for (const std::string* more : {&caFile, &proxy}) {
        if (!more->empty())
            text.append(" ").append(*more);
    }
    return text;
}

std::string composeHead(const Url& url, const Outgoing& request)
{
    std::string head;
    head.reserve(256 + request.target.size() + request.fields.text().size());
    head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
    head.append(url.authority()).append("\r\n").append(request.fields.text());
    if (request.bodySource && !request.bodyLength) {
        head.append("Transfer-Encoding: chunked\r\n");
    } else if (request.bodySource || !request.body.empty() || request.method == "POST" || request.method == "PUT") {
        const std::uint64_t length = request.bodySource ? *request.bodyLength : request.body.size();
        head.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
    }
    return head.append("\r\n");
}

Async<Result<void>> writeSource(Stream& stream, std::string head, const Outgoing& request)
{
    DROVER_CO_CHECK(co_await stream.write(head));
    while (true) {
        DROVER_CO_TRY(const std::string_view piece, co_await request.bodySource());
        if (piece.empty())
            break;
        if (request.bodyLength) {
            DROVER_CO_CHECK(co_await stream.write(piece));
            continue;
        }
        std::array<char, 24> size;
        char* end = std::to_chars(size.data(), size.data() + 18, piece.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        DROVER_CO_CHECK(co_await stream.write({size.data(), std::size_t(end - size.data())}, piece, "\r\n"));
    }
    if (!request.bodyLength) {
        DROVER_CO_CHECK(co_await stream.write("0\r\n\r\n"));
    }
    co_return Result<void>{};
}

} // namespace

void Cancel::fire()
{
    fired_ = true;
    if (const auto stream = stream_.lock())
        stream->close();
}

Exchange::Exchange(std::weak_ptr<Pool> pool, std::string origin, std::unique_ptr<Connection> connection)
    : pool_(std::move(pool)), origin_(std::move(origin)), connection_(std::move(connection))
{
}

Exchange::~Exchange()
{
    const auto pool = pool_.lock();
    if (pool && head_.keepAlive() && body_.atEnd() && head_.status() >= 200)
        pool->give(origin_, std::move(connection_));
    else
        connection_->stream().close();
}

Client::Client(Loop& loop, ClientOptions options)
    : loop_(loop), options_(options), pool_(std::make_shared<Pool>(options.idlePerOrigin, options.idleTime))
{
}

Client::~Client() = default;

std::size_t Client::idleConnections() const
{
    return pool_->idle();
}

Result<std::shared_ptr<TlsContext>> Client::tlsFor(const std::string& caFile)
{
    auto& context = tls_[caFile];
    if (!context) {
        DROVER_TRY(context, TlsContext::forClient(caFile));
    }
    return context;
}

Async<Result<std::unique_ptr<Connection>>> Client::connect(const Url& url, std::string caFile, std::string proxy,
                                                           Cancel& cancel)
{
    std::shared_ptr<TlsContext> tls;
    if (url.tls) {
        DROVER_CO_TRY(tls, tlsFor(caFile));
    }
    auto stream = makeStream(loop_);
    cancel.stream_ = stream;
    stream->expectWithin(options_.connectTime);
    auto connection = std::make_unique<Connection>(stream);
    if (url.tls && !proxy.empty()) {
        DROVER_CO_TRY(const Url through, parseUrl(proxy));
        DROVER_CO_CHECK(co_await stream->connect(through.host, through.port));
        DROVER_CO_CHECK(co_await tunnel(*connection, url, through));
    } else {
        DROVER_CO_CHECK(co_await stream->connect(url.host, url.port));
    }
    if (tls) {
        DROVER_CO_CHECK(co_await stream->startTls(url.host, *tls));
    }
    stream->expectForever();
    co_return connection;
}

Async<Result<void>> Client::tunnel(Connection& connection, const Url& url, const Url& proxy)
{
    const std::string host = (url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]") + ":" + std::to_string(url.port);
    const std::string request = "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    DROVER_CO_CHECK(co_await connection.stream().write(request));
    DROVER_CO_TRY(const std::size_t length, co_await connection.fillHead(options_.headLimit));
    if (length == 0)
        co_return Error{Errc::network, "the proxy closed without an answer", proxy.host};
    Head head;
    DROVER_CO_CHECK(head.parseAnswer(connection.unread().substr(0, length), "CONNECT"));
    connection.use(length);
    if (head.status() / 100 != 2 || !connection.unread().empty())
        co_return Error{Errc::network, "the proxy refused with " + std::to_string(head.status()), proxy.host};
    co_return Result<void>{};
}

Async<Result<void>> Client::write(Connection& connection, const Url& url, const Outgoing& request)
{
    Stream& stream = connection.stream();
    stream.expectWithin(options_.firstByteTime);
    std::string head = composeHead(url, request);
    if (request.bodySource)
        co_return co_await writeSource(stream, std::move(head), request);
    co_return co_await stream.write(head, request.body);
}

Async<Client::Answer> Client::ask(std::unique_ptr<Connection> connection, std::string origin, const Url& url,
                                  const Outgoing& request, bool mayBeStale, bool& answered)
{
    if (request.stillWanted && !request.stillWanted()) {
        answered = true;
        pool_->give(origin, std::move(connection));
        co_return Error{Errc::conflict, "not wanted any more", url.host};
    }
    auto written = co_await write(*connection, url, request);
    // A server may refuse and close before it has read everything: what it said still counts.
    if (!written.has_value() && !connection->stream().isOpen())
        co_return std::move(written).error();
    const SteadyTime firstBy = loop_.clock().steady() + request.firstByteTime.value_or(options_.firstByteTime);
    connection->stream().expectUntil(firstBy);
    auto exchange = std::make_unique<Exchange>(pool_, std::move(origin), std::move(connection));
    Connection& line = *exchange->connection_;
    for (std::size_t i = 0; i < maxInterim; ++i) {
        const auto length = co_await line.fillHead(options_.headLimit);
        // A reset or an end after a whole request is an answer of a kind where the connection was in use a moment ago:
        // the server had the request and gave it up. It counts, and asking again would hide it.
        const bool died = (!length.has_value() || *length == 0) && written.has_value() && !mayBeStale;
        answered = answered || !line.unread().empty() || died;
        if (!length.has_value())
            co_return length.error();
        if (*length == 0)
            co_return Error{Errc::network, "closed without an answer", url.host};
        DROVER_CO_CHECK(exchange->head_.parseAnswer(line.unread().substr(0, *length), request.method));
        line.use(*length);
        if (exchange->head_.status() >= 200) {
            line.stream().expectForever();
            exchange->body_.begin(line, exchange->head_, {~std::uint64_t{0}, options_.bodyIdleTime, firstBy});
            // After a request that did not get out whole nothing more can be asked on this connection.
            if (!written.has_value())
                exchange->pool_.reset();
            co_return exchange;
        }
    }
    co_return Error{Errc::protocol, "no final answer", url.host};
}

Async<Client::Answer> Client::send(const Url& url, const Outgoing& request, Cancel& cancel, std::string caFile,
                                   std::string proxy)
{
    const std::string origin = originOf(url, caFile, proxy);
    if (cancel.fired())
        co_return Error{Errc::cancelled, "given up", url.host};
    auto kept = pool_->take(origin);
    const bool mayBeStale = kept && kept->restedFor() >= options_.staleAfter;
    if (kept && (options_.resend || !mayBeStale)) {
        cancel.stream_ = kept->streamPointer();
        bool answered = false;
        auto answer = co_await ask(std::move(kept), origin, url, request, mayBeStale, answered);
        if (answer.has_value())
            (*answer)->reused_ = true;
        if (answer.has_value() || answered || !options_.resend || answer.error().code != Errc::network ||
            request.bodySource || cancel.fired())
            co_return answer;
    }
    DROVER_CO_TRY(auto fresh, co_await connect(url, std::move(caFile), std::move(proxy), cancel));
    bool answered = false;
    co_return co_await ask(std::move(fresh), origin, url, request, false, answered);
}

} // namespace drover::http
