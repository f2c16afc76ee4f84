// SPDX-License-Identifier: Apache-2.0
#include "sandbox/net/Faces.h"

#include "base/Clock.h"
#include "sandbox/World.h"
#include "sandbox/control/Control.h"
#include "sandbox/provider/Provider.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace drover::sandbox {
namespace {

using http::Async;

constexpr std::size_t mostBody = 8 * 1024 * 1024;
constexpr std::size_t mostVaultBody = 33 * 1024 * 1024;
constexpr Duration hangLook = 50ms;
constexpr Duration longestHang = 600s;

// The key as an OpenAI or an Anthropic client sends it.
std::string_view credentialOf(const http::Head& head)
{
    constexpr std::string_view bearer = "Bearer ";
    if (const auto authorization = head.find("authorization")) {
        if (authorization->size() > bearer.size() && http::sameName(authorization->substr(0, bearer.size()), bearer))
            return authorization->substr(bearer.size());
    }
    return head.find("x-api-key").value_or(std::string_view{});
}

Reply replyOf(VaultAnswer answer)
{
    Reply reply = jsonReply(answer.status, std::move(answer.body));
    reply.contentType = std::move(answer.contentType);
    for (const auto& [name, value] : answer.headers)
        reply.fields.add(name, value);
    if (!answer.location.empty())
        reply.fields.add("Location", answer.location);
    reply.fields.add("Cache-Control", "no-store");
    return reply;
}

Duration ofMs(double ms)
{
    return fromSeconds(ms / 1000);
}

Async<void> hang(http::Responder& out, const Clock& clock)
{
    out.onClientGone([] {});
    const auto end = Deadline::in(clock, longestHang);
    while (!out.clientGone() && !end.passed())
        co_await http::Loop::sleep(hangLook);
    out.abort();
}

// A paced stream keeps to its plan: event n leaves at start + n·every, however late the one before was.
Async<bool> sendPaced(const Reply& reply, http::Responder& out, const Clock& clock)
{
    const auto start = clock.steady();
    for (std::uint32_t i = 0; i < reply.pacedEvents; ++i) {
        const auto due = start + ofMs(reply.pacedMs * double(i));
        if (const auto left = due - clock.steady(); left > Duration{0})
            co_await http::Loop::sleep(left);
        const auto ns = std::chrono::nanoseconds{clock.steady().time_since_epoch()}.count();
        const auto event = reply.pacedEvent(ns);
        const auto written = co_await out.write(event);
        if (!written.has_value())
            co_return false;
    }
    co_return true;
}

Async<void> sendStream(const Reply& reply, http::Responder& out, const Clock& clock)
{
    out.start(reply.status, reply.fields);
    const bool paced = co_await sendPaced(reply, out, clock);
    if (!paced)
        co_return;
    for (std::size_t i = 0; i < reply.parts.size(); ++i) {
        if (i != 0 && reply.gapMs > 0)
            co_await http::Loop::sleep(ofMs(reply.gapMs));
        const auto written = co_await out.write(reply.parts[i]);
        if (!written.has_value())
            co_return;
    }
    if (reply.end == Reply::End::cut) {
        out.abort();
        co_return;
    }
    (void)co_await out.finish();
}

Async<void> sendCut(const Reply& reply, http::Responder& out)
{
    const auto& half = reply.parts.front();
    out.start(reply.status, reply.fields, half.size() * 2);
    (void)co_await out.write(half);
    out.abort();
}

} // namespace

Async<void> carryOut(Reply reply, http::Responder& out, const Clock& clock)
{
    if (reply.end == Reply::End::hang) {
        co_await hang(out, clock);
        co_return;
    }
    if (reply.delayMs > 0)
        co_await http::Loop::sleep(ofMs(reply.delayMs));
    if (reply.end == Reply::End::reset) {
        out.reset();
        co_return;
    }
    const bool bodiless = reply.status == 204 || reply.parts.empty() || reply.parts.front().empty();
    if (!bodiless)
        reply.fields.add("content-type", reply.contentType);
    if (reply.stream)
        co_await sendStream(reply, out, clock);
    else if (reply.end == Reply::End::cut)
        co_await sendCut(reply, out);
    else
        (void)co_await out.send(reply.status, reply.fields,
                                reply.parts.empty() ? std::string_view{} : std::string_view{reply.parts.front()});
}

http::Server::Handler providerHandler(Provider& provider, Region region, const Clock& clock)
{
    return [&provider, region, &clock](http::Request& request, http::Responder& out) -> Async<void> {
        auto body = co_await request.body.readAll(mostBody);
        if (!body.has_value())
            co_return;
        const auto path = request.head.path();
        const auto query = request.head.target().substr(std::min(path.size() + 1, request.head.target().size()));
        const Call call{region, request.head.method(), path, credentialOf(request.head), *body, query};
        Reply reply = provider.reply(call);
        const bool meant = reply.end == Reply::End::complete || reply.end == Reply::End::hang;
        co_await carryOut(std::move(reply), out, clock);
        if (meant && !out.finished())
            provider.noteLeft();
    };
}

http::Server::Handler vaultHandler(World& world)
{
    return [&world](http::Request& request, http::Responder& out) -> Async<void> {
        // Vault's own limit is 32 MiB; what is longer is refused by the state itself.
        auto body = co_await request.body.readAll(mostVaultBody);
        if (!body.has_value())
            co_return;
        VaultRequest asked;
        asked.method = request.head.method();
        asked.target = request.head.target();
        asked.contentType = request.head.find("content-type").value_or(std::string_view{});
        asked.body = *body;
        if (const auto token = request.head.find("x-vault-token"))
            asked.token = std::string(*token);
        else if (request.head.find("authorization"))
            asked.token = std::string(credentialOf(request.head));
        if (const auto wrap = request.head.find("x-vault-wrap-ttl"))
            asked.wrapTtl = std::string(*wrap);
        Reply reply;
        if (world.vaultHangs)
            reply.end = Reply::End::hang;
        else
            reply = replyOf(world.vault.handle(asked));
        co_await carryOut(std::move(reply), out, world.clock);
    };
}

http::Server::Handler controlHandler(World& world)
{
    return [&world](http::Request& request, http::Responder& out) -> Async<void> {
        auto body = co_await request.body.readAll(mostBody);
        if (!body.has_value())
            co_return;
        co_await carryOut(answerControl(world, request.head.method(), request.head.target(), *body), out, world.clock);
    };
}

} // namespace drover::sandbox
