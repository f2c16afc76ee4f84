// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/CloudFace.h"

#include "http/Tls.h"
#include "sandbox/json/Json.h"
#include "sandbox/net/Faces.h"

#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::size_t mostCloudBody = 1024 * 1024;

Reply cloudReplyOf(CloudAnswer answer)
{
    Reply reply = jsonReply(answer.status, std::move(answer.body));
    reply.contentType = std::move(answer.contentType);
    for (const auto& [name, value] : answer.headers)
        reply.fields.add(name, value);
    return reply;
}

template <class State>
http::Server::Handler cloudHandler(State& state, const Clock& clock)
{
    return [&state, &clock](http::Request& request, http::Responder& out) -> http::Async<void> {
        auto body = co_await request.body.readAll(mostCloudBody);
        if (!body.has_value())
            co_return;
        CloudRequest asked;
        asked.method = request.head.method();
        asked.target = request.head.target();
        asked.body = *body;
        for (const auto& field : request.head.fields())
            asked.headers.emplace_back(field.name, field.value);
        co_await carryOut(cloudReplyOf(state.handle(asked)), out, clock);
    };
}

http::ServerOptions withTls(std::shared_ptr<http::TlsContext> tls)
{
    http::ServerOptions options;
    options.tls = std::move(tls);
    return options;
}

} // namespace

CloudServers::CloudServers(http::Loop& loop, Clouds& clouds, const Clock& clock, std::shared_ptr<http::TlsContext> tls)
    : clouds_(clouds),
      aws_(loop, cloudHandler(clouds.aws, clock), withTls(tls)),
      gcp_(loop, cloudHandler(clouds.gcp, clock), withTls(tls)),
      azure_(loop, cloudHandler(clouds.azure, clock), withTls(tls))
{}

Result<void> CloudServers::listen(const std::string& host, std::optional<std::uint16_t> portBase)
{
    std::uint16_t offset = 0;
    for (auto* server : {&aws_, &gcp_, &azure_}) {
        DROVER_CHECK(server->listen(host, portBase ? std::uint16_t(*portBase + offset++) : std::uint16_t{0}));
    }
    clouds_.gcp.baseUrl = gcp_.url();
    clouds_.azure.baseUrl = azure_.url();
    return {};
}

std::string CloudServers::json() const
{
    return R"({"aws":")" + aws_.url() + R"(","gcp":")" + gcp_.url() + R"(","azure":")" + azure_.url() + "\"}";
}

http::Async<void> CloudServers::stop(Deadline end)
{
    (void)co_await aws_.stop(end.left());
    (void)co_await gcp_.stop(end.left());
    (void)co_await azure_.stop(end.left());
}

Reply cloudLogins(Clouds& clouds)
{
    const auto account = Json::parse(clouds.gcp.serviceAccount()).value_or(Json{});
    return jsonReply(200, goJson(Json::Object{
                              {"aws", Json::Object{{"region", Json{"us-east-1"}},
                                                   {"access_key_id", Json{clouds.aws.login.accessKeyId}},
                                                   {"secret_access_key", Json{clouds.aws.login.secretAccessKey}}}},
                              {"gcp", Json::Object{{"project", Json{clouds.gcp.project}}, {"credentials", account}}},
                              {"azure", Json::Object{{"tenant", Json{clouds.azure.login.tenant}},
                                                     {"client_id", Json{clouds.azure.login.clientId}},
                                                     {"client_secret", Json{clouds.azure.login.clientSecret}}}},
                          }));
}

} // namespace drover::sandbox
