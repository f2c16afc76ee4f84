// SPDX-License-Identifier: Apache-2.0
#include "services/SandboxHttp.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "services/ProviderHttp.h"

namespace drover {
namespace {

Error sandboxError(const HttpResponse& response, const std::string& control)
{
    return {Errc::protocol, "the sandbox answered " + std::to_string(response.status) + ": " + response.body,
            control};
}

Result<SandboxCounts> parseCounts(const std::string& body)
{
    DROVER_TRY(const auto object, parseJsonObject(body));
    JsonFields fields{object};
    SandboxCounts counts;
    for (const auto& [key, value] : object) {
        const std::string name{key};
        fields.object(name, [&counts, &name](JsonFields& target) {
            auto& to = counts.targets[name];
            to.requests = target.countOr("requests", 0);
            target.object("by_key", [&to](JsonFields& keys) {
                for (const auto& [id, ignored] : keys.raw())
                    to.byKey[std::string{id}] = keys.countOr(std::string{id}, 0);
            });
        });
    }
    if (fields.failed())
        return *fields.error();
    return counts;
}

} // namespace

Task<Result<SandboxKey>> SandboxHttp::mint(std::string control, std::string target, Deadline deadline)
{
    HttpRequest post;
    post.method = "POST";
    post.url = joinUrl(control, "keys");
    post.headers = {{"Content-Type", "application/json"}};
    JsonWriter{post.body}.beginObject().field("target", target).endObject();
    auto sending = http_.send(std::move(post), deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    if (response->status != 201 && response->status != 200)
        co_return sandboxError(*response, control);
    DROVER_CO_TRY(const auto object, parseJsonObject(response->body));
    wipe(response->body);
    JsonFields fields{object};
    SandboxKey made;
    made.id = fields.text("key_id");
    auto key = fields.text("api_key");
    made.key = Secret::taking(key);
    if (fields.failed())
        co_return *fields.error();
    co_return made;
}

Task<Result<SandboxCounts>> SandboxHttp::counts(std::string control, Deadline deadline)
{
    HttpRequest get;
    get.url = joinUrl(control, "counts");
    get.retry = RetryPolicy::idempotent();
    auto sending = http_.send(std::move(get), deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    if (response->status != 200)
        co_return sandboxError(*response, control);
    co_return parseCounts(response->body);
}

} // namespace drover
