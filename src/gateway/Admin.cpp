// SPDX-License-Identifier: Apache-2.0
#include "gateway/Admin.h"

#include "http/Url.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>

namespace drover::gateway {

void Admin::allow(const std::string& host, std::uint16_t port)
{
    std::vector<std::string> names{host.find(':') == std::string::npos ? host : "[" + host + "]"};
    if (http::isLoopbackHost(host))
        names.insert(names.end(), {"localhost", "127.0.0.1", "[::1]"});
    for (const auto& name : names) {
        hosts_.push_back(name);
        hosts_.push_back(name + ":" + std::to_string(port));
    }
}

bool Admin::isAllowed(const http::Head& head) const
{
    const auto host = head.find("host");
    return host && std::ranges::any_of(hosts_, [&](const std::string& one) { return http::sameName(one, *host); });
}

Admin::Answer Admin::answer(const http::Head& head) const
{
    if (!isAllowed(head))
        return {421, "application/json", R"({"error":{"message":"this Host is not served here"}})"};
    if (head.method() != "GET" && head.method() != "HEAD")
        return {405, "application/json", R"({"error":{"message":"GET only"}})"};
    const std::string_view path = head.path();
    if (path == "/healthz")
        return {200, "application/json", R"({"status":"ok"})"};
    if (path == "/readyz") {
        const std::string why = sources_.notReady();
        std::string body;
        JsonWriter{body}.beginObject().field("ready", why.empty()).fieldOrNull("why", why).endObject();
        return {why.empty() ? 200 : 503, "application/json", body};
    }
    if (path == "/metrics")
        return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_.text(sources_.now())};
    if (path == "/admin/routing" || path == "/routing-status")
        return {200, "application/json", sources_.routing()};
    return {404, "application/json", R"({"error":{"message":"there is nothing here"}})"};
}

http::Async<void> Admin::handle(http::Request& request, http::Responder& responder)
{
    const Answer told = answer(request.head);
    http::Fields fields;
    fields.add("Content-Type", told.type).add("Cache-Control", "no-store").add("X-Content-Type-Options", "nosniff");
    if (told.status == 405)
        fields.add("Allow", "GET, HEAD");
    const auto sent = co_await responder.send(told.status, fields, told.body);
    static_cast<void>(sent); // whoever asked has gone
}

} // namespace drover::gateway
