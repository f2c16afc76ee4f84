// SPDX-License-Identifier: Apache-2.0
#include "sandbox/control/Control.h"

#include "sandbox/World.h"
#include "sandbox/control/Fault.h"
#include "sandbox/json/Json.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace drover::sandbox {
namespace {

constexpr std::array bothSides{Side::legacy, Side::holysheep};

Reply refusedControl(int status, std::string_view why)
{
    return jsonReply(status, goJson(Json::Object{{"error", Json{why}}}));
}

Json keyList(const World& world, const KeyBook& keys)
{
    Json::Array list;
    for (const auto& key : keys.list())
        list.push_back(Json::Object{
            {"key_id", key.id},
            {"name", key.name},
            {"active", key.active(world.clock.now())},
            {"dead", key.dead},
            {"requests", Json::of(std::int64_t(key.requests))},
            {"last_used_at", key.lastUsedAt ? Json{formatTime(*key.lastUsedAt)} : Json{}},
        });
    return list;
}

Reply counts(World& world)
{
    Json::Object all;
    for (const auto side : bothSides) {
        const auto& count = world.ledger.count(side);
        Json::Object byKey;
        for (const auto& [id, requests] : count.byKey)
            byKey.insert_or_assign(id, Json::of(std::int64_t(requests)));
        all.insert_or_assign(std::string(sideName(side)),
                             Json::Object{{"requests", Json::of(std::int64_t(count.requests))},
                                          {"refused", Json::of(std::int64_t(count.refused))},
                                          {"left", Json::of(std::int64_t(count.left))},
                                          {"by_key", std::move(byKey)}});
    }
    return jsonReply(200, goJson(all));
}

Reply listKeys(World& world)
{
    Json::Object all;
    for (const auto side : bothSides)
        all.insert_or_assign(std::string(sideName(side)), keyList(world, world.provider(side).keys()));
    return jsonReply(200, goJson(all));
}

Reply mintKey(World& world, std::string_view body)
{
    const auto wish = Json::parse(body);
    const auto* target = wish ? (*wish)["target"].asString() : nullptr;
    const auto side = target != nullptr ? sideFrom(*target) : std::nullopt;
    if (!side)
        return refusedControl(400, "target: is not legacy or holysheep");
    const auto* name = (*wish)["name"].asString();
    std::optional<Secret> given;
    if (const auto* key = (*wish)["api_key"].asString())
        given.emplace(*key);
    auto minted = world.provider(*side).keys().mintAtDashboard(name != nullptr ? *name : "dashboard", std::move(given));
    Json::Object answer{{"key_id", minted.state.id}};
    minted.key.reveal([&](std::string_view plain) { answer.insert_or_assign("api_key", Json{plain}); });
    return jsonReply(201, goJson(answer));
}

// As on the dashboard: the key is good for nothing from now on.
Reply endKey(World& world, std::string_view body)
{
    const auto wish = Json::parse(body);
    const auto* target = wish ? (*wish)["target"].asString() : nullptr;
    const auto side = target != nullptr ? sideFrom(*target) : std::nullopt;
    if (!side)
        return refusedControl(400, "target: is not legacy or holysheep");
    const auto* id = (*wish)["key_id"].asString();
    if (id == nullptr || !world.provider(*side).keys().revoke(*id))
        return refusedControl(404, "key_id: there is no such key");
    return jsonReply(200, goJson(Json::Object{{"key_id", *id}}));
}

Reply adminLogins(const Admin& admin)
{
    return jsonReply(200, goJson(Json::Object{{"openai", Json::Object{{"project", admin.project()}, {"admin_key", admin.openAiKey()}}},
                                              {"anthropic", Json::Object{{"admin_key", admin.anthropicKey()}}}}));
}

Json lawOf(const TargetLaw& law)
{
    return Json::Object{{"p50_ms", Json::Number{goNumber(law.latency.p50Ms)}},
                        {"p95_ms", Json::Number{goNumber(law.latency.p95Ms)}},
                        {"error_rate", Json::Number{goNumber(law.errorRate)}},
                        {"noise", Json::Number{goNumber(law.noise)}},
                        {"divergence", Json::Number{goNumber(law.divergence)}}};
}

Reply state(World& world)
{
    return jsonReply(200, goJson(Json::Object{{"scenario", world.behaviour.scenario().name},
                                              {"late", world.behaviour.late()},
                                              {"vault_sealed", world.vault.sealed()},
                                              {"legacy", lawOf(world.behaviour.law(Side::legacy))},
                                              {"holysheep", lawOf(world.behaviour.law(Side::holysheep))}}));
}

Reply requestsSince(World& world, std::string_view query)
{
    constexpr std::string_view since = "since=";
    std::int64_t ns = 0;
    if (query.starts_with(since)) {
        query.remove_prefix(since.size());
        const auto read = std::from_chars(query.data(), query.data() + query.size(), ns);
        if (read.ec != std::errc{} || read.ptr != query.data() + query.size())
            return refusedControl(400, "since: is not a number of nanoseconds");
    }
    Reply reply = jsonReply(200, world.ledger.linesSince(ns));
    reply.contentType = "application/x-ndjson";
    return reply;
}

Reply fault(World& world, std::string_view body)
{
    const auto wish = Json::parse(body);
    if (!wish)
        return refusedControl(400, "the body is not JSON");
    const auto applied = applyFault(world, *wish);
    if (!applied.has_value())
        return refusedControl(400, describe(applied.error()));
    return state(world);
}

} // namespace

Reply answerControl(World& world, std::string_view method, std::string_view target, std::string_view body)
{
    const auto mark = target.find('?');
    const auto path = target.substr(0, mark);
    const auto query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
    const bool get = method == "GET";
    const bool post = method == "POST";
    if (get && path == "/counts")
        return counts(world);
    if (get && path == "/requests")
        return requestsSince(world, query);
    if (get && path == "/keys")
        return listKeys(world);
    if (post && path == "/keys")
        return mintKey(world, body);
    if (post && path == "/keys/end")
        return endKey(world, body);
    if (get && path == "/admin")
        return adminLogins(world.legacy.admin());
    if (post && path == "/vault/token")
        return jsonReply(201, goJson(Json::Object{{"token", world.vault.mintRoot()}}));
    if (get && path == "/cloud")
        return cloudLogins(world.clouds);
    if (get && path == "/state")
        return state(world);
    if (post && path == "/fault")
        return fault(world, body);
    return refusedControl(404, "no such control: " + std::string(method) + " " + std::string(path));
}

} // namespace drover::sandbox
