// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Wrapping.h"

#include <utility>

namespace drover::sandbox {
namespace {

VaultAnswer notAWrap()
{
    return vaultErrors(400, "wrapping token is not valid or does not exist");
}

VaultAnswer emptyWrap()
{
    return vaultErrors(400, "error validating wrapping token: token is empty");
}

// The text of `"name":"…"` after `from`; empty where there is none.
std::string fieldText(std::string_view body, std::string_view name, std::size_t from)
{
    const auto mark = "\"" + std::string(name) + "\":\"";
    const auto at = body.find(mark, from);
    if (at == std::string_view::npos)
        return {};
    const auto begin = at + mark.size();
    return std::string(body.substr(begin, body.find('"', begin) - begin));
}

} // namespace

VaultWrapping::Wish VaultWrapping::wishOf(const std::optional<std::string>& header)
{
    const std::string prefix = "error parsing X-Vault-Wrap-TTL header: ";
    if (!header || header->empty())
        return {};
    if (header->starts_with('-'))
        return {0, vaultErrors(400, prefix + "requested wrap ttl cannot be negative")};
    const auto ttl = vaultSeconds(Json{*header});
    if (!ttl)
        return {0, vaultErrors(400, prefix + "strconv.ParseInt: parsing \"" + *header + "\": invalid syntax")};
    return {*ttl, std::nullopt};
}

VaultAnswer VaultWrapping::wrap(VaultAnswer answer, std::string token, std::int64_t ttlS, std::string_view path)
{
    const bool hasBody = answer.body.starts_with(R"({"request_id")");
    if (!hasBody || (answer.status != 200 && answer.status != 404))
        return answer;
    std::string accessorOfAuth;
    if (const auto auth = answer.body.find(R"("auth":{)"); auth != std::string::npos)
        accessorOfAuth = fieldText(answer.body, "accessor", auth);
    if (answer.body.ends_with('\n'))
        answer.body.pop_back(); // what is unwrapped comes without
    const auto created = clock_.now();
    VaultAnswer made;
    made.body = R"({"request_id":"","lease_id":"","renewable":false,"lease_duration":0,"data":null,"wrap_info":{"token":)";
    appendGoString(made.body, token);
    made.body += R"(,"accessor":")" + shortId("", ids_) + R"(","ttl":)" + std::to_string(ttlS) + R"(,"creation_time":")" +
                 formatTime(created) + R"(","creation_path":)";
    appendGoString(made.body, path);
    if (!accessorOfAuth.empty())
        made.body += R"(,"wrapped_accessor":")" + accessorOfAuth + "\"";
    made.body += "},\"warnings\":null,\"auth\":null}\n";
    wrapped_.insert_or_assign(std::move(token), Wrapped{std::move(answer), std::string(path), ttlS, created});
    return made;
}

std::map<std::string, VaultWrapping::Wrapped, std::less<>>::iterator VaultWrapping::live(std::string_view token)
{
    const auto found = wrapped_.find(token);
    if (found == wrapped_.end() || clock_.now() < found->second.created + std::chrono::seconds{found->second.ttlS})
        return found;
    wrapped_.erase(found);
    return wrapped_.end();
}

VaultAnswer VaultWrapping::lookup(std::string_view token)
{
    if (token.empty())
        return emptyWrap();
    const auto found = live(token);
    if (found == wrapped_.end())
        return notAWrap();
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    reply.data = R"({"creation_path":)";
    appendGoString(reply.data, found->second.path);
    reply.data += R"(,"creation_time":")" + formatTime(found->second.created) + R"(","creation_ttl":)" +
                  std::to_string(found->second.ttlS) + "}";
    return vaultEnvelope(200, reply);
}

VaultAnswer VaultWrapping::unwrap(std::string_view token)
{
    if (token.empty())
        return emptyWrap();
    const auto found = live(token);
    if (found == wrapped_.end())
        return notAWrap();
    VaultAnswer answer = std::move(found->second.answer);
    wrapped_.erase(found);
    return answer;
}

bool VaultWrapping::spend(std::string_view token)
{
    const auto found = live(token);
    if (found == wrapped_.end())
        return false;
    wrapped_.erase(found);
    return true;
}

} // namespace drover::sandbox
