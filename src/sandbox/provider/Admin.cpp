// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Admin.h"

#include "sandbox/json/Json.h"
#include "sandbox/provider/Bytes.h"
#include "sandbox/provider/Provider.h"

#include <algorithm>
#include <charconv>

namespace drover::sandbox {
namespace {

constexpr std::string_view openAiRoot = "/v1/organization/projects/";
constexpr std::string_view anthropicRoot = "/v1/organizations/api_keys";
constexpr std::size_t pageByDefault = 20;
constexpr std::uint32_t accountDays = 3650; // OpenAI's keys do not expire

std::int64_t unixOf(WallTime time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Json orNull(const std::optional<WallTime>& time)
{
    return time ? Json::of(unixOf(*time)) : Json{};
}

Reply openAiRefusal(int status, std::string_view message, std::string_view code)
{
    return jsonReply(status, openAiError(message, "invalid_request_error", {}, code));
}

// "a=1&b=2"; ids and numbers need no decoding.
std::string_view parameter(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto one = query.substr(0, end);
        if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
            return one.substr(name.size() + 1);
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

// One page of a list that begins after an id, in both vendors' words.
struct Window {
    std::size_t begin = 0, end = 0;
    bool more = false;
};
template <class Item, class IdOf>
std::optional<Window> windowOf(const std::vector<Item>& all, std::string_view query, std::string_view cursor, std::size_t most, IdOf idOf)
{
    std::size_t limit = pageByDefault;
    if (const auto text = parameter(query, "limit"); !text.empty()) {
        const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
        if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || limit < 1 || limit > most)
            return std::nullopt;
    }
    Window window;
    if (const auto after = parameter(query, cursor); !after.empty()) {
        const auto found = std::ranges::find_if(all, [&](const Item& item) { return idOf(item) == after; });
        window.begin = found == all.end() ? all.size() : std::size_t(found - all.begin()) + 1;
    }
    window.end = std::min(window.begin + limit, all.size());
    window.more = window.end < all.size();
    return window;
}

Json pageJson(Json::Array items, bool more)
{
    Json first, last;
    if (!items.empty()) {
        first = items.front()["id"];
        last = items.back()["id"];
    }
    return Json::Object{{"object", "list"}, {"data", std::move(items)}, {"first_id", first}, {"last_id", last}, {"has_more", more}};
}

std::string secretText(Random& ids, std::string prefix)
{
    for (int i = 0; i < 4; ++i)
        prefix += shortId("", ids);
    return prefix;
}

} // namespace

Admin::Admin(KeyBook& keys, const Clock& clock)
    : keys_(keys), clock_(clock), ids_(Random::fromSystem()), project_(shortId("proj_", ids_)),
      openAiKey_(secretText(ids_, "sk-admin-")), anthropicKey_(secretText(ids_, "sk-ant-admin01-"))
{}

bool Admin::isItsPath(std::string_view path)
{
    return path.starts_with(openAiRoot) || path == anthropicRoot || path.starts_with(std::string(anthropicRoot) + "/");
}

Reply Admin::answer(const Call& call, const MintLost& mintLost)
{
    if (call.path.starts_with(openAiRoot))
        return openAi(call, call.path.substr(openAiRoot.size()), mintLost);
    const auto rest = call.path.substr(anthropicRoot.size());
    return anthropic(call, rest.empty() ? rest : rest.substr(1));
}

// ---- OpenAI

Reply Admin::openAi(const Call& call, std::string_view rest, const MintLost& mintLost)
{
    if (call.credential != openAiKey_) {
        const bool known = keys_.accept(call.credential, Region::main) != nullptr;
        return known ? openAiRefusal(403, "You have insufficient permissions for this operation.", "missing_scope")
                     : openAiRefusal(401, "Incorrect API key provided.", "invalid_api_key");
    }
    const auto slash = std::min(rest.find('/'), rest.size());
    if (rest.substr(0, slash) != project_)
        return openAiRefusal(404, "No project found with id '" + std::string(rest.substr(0, slash)) + "'.", "project_not_found");
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    const auto second = std::min(rest.find('/'), rest.size());
    const auto collection = rest.substr(0, second);
    const auto id = rest.substr(std::min(second + 1, rest.size()));
    const bool accounts = collection == "service_accounts";
    if (accounts && id.empty() && call.method == "POST")
        return makeAccount(call, mintLost);
    if (accounts && id.empty() && call.method == "GET")
        return listAccounts(call.query);
    if (accounts && call.method == "DELETE")
        return eraseAccount(id);
    if (collection == "api_keys" && id.empty() && call.method == "GET")
        return listKeys(call.query);
    if (collection == "api_keys" && call.method == "DELETE")
        return eraseKey(id);
    return openAiRefusal(404, "Invalid URL (" + std::string(call.method) + " " + std::string(call.path) + ")", {});
}

Reply Admin::makeAccount(const Call& call, const MintLost& mintLost)
{
    const auto body = Json::parse(call.body);
    const auto* name = body ? (*body)["name"].asString() : nullptr;
    if (name == nullptr || name->empty())
        return openAiRefusal(400, "Missing required parameter: 'name'.", "missing_required_parameter");
    const auto minted = keys_.mintByApi(*name, accountDays, 0, false);
    accounts_.push_back({shortId("svc_acct_", ids_), *name, clock_.now(), minted.state.id});
    const Account& account = accounts_.back();
    Json::Object key{{"object", "organization.project.service_account.api_key"}, {"name", "Secret Key"},
                     {"created_at", Json::of(unixOf(account.createdAt))}, {"id", account.keyId}};
    minted.key.reveal([&](std::string_view plain) { key.insert_or_assign("value", Json{plain}); });
    Reply reply = jsonReply(200, goJson(Json::Object{{"object", "organization.project.service_account"},
                                                     {"id", account.id},
                                                     {"name", account.name},
                                                     {"role", "member"},
                                                     {"created_at", Json::of(unixOf(account.createdAt))},
                                                     {"api_key", std::move(key)}}));
    if (mintLost())
        reply.end = Reply::End::reset;
    return reply;
}

Reply Admin::listAccounts(std::string_view query) const
{
    const auto window = windowOf(accounts_, query, "after", 100, [](const Account& account) { return std::string_view{account.id}; });
    if (!window)
        return openAiRefusal(400, "Invalid 'limit': expected a number from 1 to 100.", "integer_out_of_range");
    Json::Array page;
    for (std::size_t i = window->begin; i < window->end; ++i)
        page.push_back(Json::Object{{"object", "organization.project.service_account"},
                                    {"id", accounts_[i].id},
                                    {"name", accounts_[i].name},
                                    {"role", "member"},
                                    {"created_at", Json::of(unixOf(accounts_[i].createdAt))}});
    return jsonReply(200, goJson(pageJson(std::move(page), window->more)));
}

Reply Admin::listKeys(std::string_view query) const
{
    std::vector<IssuedKeyState> all = keys_.list();
    std::erase_if(all, [](const IssuedKeyState& key) { return key.revoked; }); // a deleted key is not listed any more
    const auto window = windowOf(all, query, "after", 100, [](const IssuedKeyState& key) { return std::string_view{key.id}; });
    if (!window)
        return openAiRefusal(400, "Invalid 'limit': expected a number from 1 to 100.", "integer_out_of_range");
    Json::Array page;
    for (std::size_t i = window->begin; i < window->end; ++i) {
        const IssuedKeyState& key = all[i];
        const auto account = std::ranges::find(accounts_, key.id, &Account::keyId);
        Json::Object owner{{"type", "user"}};
        if (account != accounts_.end())
            owner = {{"type", "service_account"},
                     {"service_account", Json::Object{{"id", account->id},
                                                      {"name", account->name},
                                                      {"created_at", Json::of(unixOf(account->createdAt))},
                                                      {"role", "member"}}}};
        else
            owner.insert_or_assign("user", Json::Object{{"id", "user_sandbox"}, {"name", "Sandbox"}, {"email", "sandbox@example.com"},
                                                        {"role", "owner"}, {"created_at", Json::of(0)}});
        page.push_back(Json::Object{{"object", "organization.project.api_key"},
                                    {"id", key.id},
                                    {"name", account != accounts_.end() ? std::string("Secret Key") : key.name},
                                    {"redacted_value", "sk-proj-****"},
                                    {"created_at", Json::of(unixOf(key.createdAt))},
                                    {"last_used_at", orNull(key.lastUsedAt)},
                                    {"owner_project_access", "active"},
                                    {"owner", std::move(owner)}});
    }
    return jsonReply(200, goJson(pageJson(std::move(page), window->more)));
}

Reply Admin::eraseAccount(std::string_view id)
{
    const auto found = std::ranges::find(accounts_, id, &Account::id);
    if (found == accounts_.end())
        return openAiRefusal(404, "No service account found with id '" + std::string(id) + "'.", "service_account_not_found");
    keys_.revoke(found->keyId);
    accounts_.erase(found);
    return jsonReply(200, goJson(Json::Object{{"object", "organization.project.service_account.deleted"}, {"id", id}, {"deleted", true}}));
}

Reply Admin::eraseKey(std::string_view id)
{
    const auto* key = keys_.find(id);
    if (key == nullptr || key->revoked)
        return openAiRefusal(404, "No API key found with id '" + std::string(id) + "'.", "api_key_not_found");
    keys_.revoke(id);
    return jsonReply(200, goJson(Json::Object{{"object", "organization.project.api_key.deleted"}, {"id", id}, {"deleted", true}}));
}

// ---- Anthropic

std::string Admin::statusOf(const IssuedKeyState& key) const
{
    if (const auto set = statuses_.find(key.id); set != statuses_.end())
        return set->second;
    return key.revoked ? "archived" : key.active(clock_.now()) ? "active" : "expired";
}

std::string Admin::anthropicKeyJson(const IssuedKeyState& key) const
{
    return goJson(Json::Object{{"id", key.id},
                               {"type", "api_key"},
                               {"name", key.name},
                               {"status", statusOf(key)},
                               {"partial_key_hint", "sk-ant-api03-R2D...igAA"},
                               {"workspace_id", Json{}},
                               {"created_at", formatTime(key.createdAt)},
                               {"expires_at", Json{}},
                               {"created_by", Json::Object{{"id", "user_sandbox"}, {"type", "user"}}}});
}

Reply Admin::anthropic(const Call& call, std::string_view id)
{
    if (call.credential != anthropicKey_)
        return jsonReply(401, anthropicError("authentication_error", "invalid x-api-key", "req_admin"));
    if (id.empty() && call.method == "GET") {
        const std::vector<IssuedKeyState> all = keys_.list();
        const auto window = windowOf(all, call.query, "after_id", 1000, [](const IssuedKeyState& key) { return std::string_view{key.id}; });
        if (!window)
            return jsonReply(400, anthropicError("invalid_request_error", "limit: must be from 1 to 1000", "req_admin"));
        Json::Array page;
        for (std::size_t i = window->begin; i < window->end; ++i)
            page.push_back(Json::parse(anthropicKeyJson(all[i])).value_or(Json{}));
        return jsonReply(200, goJson(pageJson(std::move(page), window->more)));
    }
    const auto* key = keys_.find(id);
    if (key == nullptr)
        return jsonReply(404, anthropicError("not_found_error", "Not found", "req_admin"));
    if (call.method == "GET")
        return jsonReply(200, anthropicKeyJson(*key));
    if (call.method == "POST")
        return changeStatus(id, call.body);
    return jsonReply(405, anthropicError("invalid_request_error", "Method Not Allowed", "req_admin"));
}

Reply Admin::changeStatus(std::string_view id, std::string_view body)
{
    const auto wish = Json::parse(body);
    const auto* status = wish ? (*wish)["status"].asString() : nullptr;
    const auto* key = keys_.find(id);
    const bool writable = status != nullptr && (*status == "active" || *status == "inactive" || *status == "archived");
    if (!writable || statusOf(*key) == "archived" || statusOf(*key) == "expired")
        return jsonReply(400, anthropicError("invalid_request_error", "status: cannot be changed to this", "req_admin"));
    statuses_[std::string(id)] = *status;
    keys_.setRevoked(id, *status != "active");
    return jsonReply(200, anthropicKeyJson(*keys_.find(id)));
}

} // namespace drover::sandbox
