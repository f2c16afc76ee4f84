// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonWriter.h"
#include "protocol/vault/Vault.h"
#include "protocol/vault/VaultPath.h"

#include <algorithm>

namespace drover::vault {
namespace {

bool isUnreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~' || c == '/';
}

// data/ for contents, metadata/ for lists and removal; KV v1 has neither.
std::string kvPath(const Mount& mount, std::string_view part, std::string_view path)
{
    const std::string inner = mount.version == KvVersion::two ? "/" + std::string(part) + "/" : std::string("/");
    return escapedPath(mount.path) + inner + escapedPath(path);
}

} // namespace

std::string escapedPath(std::string_view path)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        const auto code = static_cast<unsigned char>(c);
        if (isUnreserved(c))
            out += c;
        else
            out.append(1, '%').append(1, hex[code >> 4]).append(1, hex[code & 15]);
    }
    return out;
}

Request requestTo(std::string method, std::string path, std::string_view nameSpace)
{
    Request request{std::move(method), "/v1/" + std::move(path), {{"X-Vault-Request", "true"}}, {}};
    if (!nameSpace.empty())
        request.headers.emplace_back("X-Vault-Namespace", nameSpace);
    return request;
}

Result<void> checkPath(std::string_view path)
{
    const auto wrong = [&](std::string what) { return Error{Errc::invalidInput, std::move(what), std::string(path)}; };
    if (std::ranges::any_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        return Error{Errc::invalidInput, "a Vault path has no control characters", {}};
    if (path.ends_with('.'))
        return wrong("a Vault path does not end in a full stop");
    for (std::string_view rest = path;;) {
        const auto slash = std::min(rest.find('/'), rest.size());
        const auto part = rest.substr(0, slash);
        if (part.empty() || part == "." || part == "..")
            return wrong("a Vault path has no empty parts and no dots alone");
        if (slash == rest.size())
            return {};
        rest.remove_prefix(slash + 1);
    }
}

Request readRequest(const Mount& mount, std::string_view path, std::string_view nameSpace)
{
    return requestTo("GET", kvPath(mount, "data", path), nameSpace);
}

Request writeRequest(const Mount& mount, std::string_view path, const Entry& entry, std::uint64_t expected,
                     std::string_view nameSpace)
{
    Request request = requestTo("POST", kvPath(mount, "data", path), nameSpace);
    request.headers.emplace_back("Content-Type", "application/json");
    std::string body;
    std::size_t size = 200 + 6 * entry.value.size(); // no copy of the secret is left behind by growing
    for (const auto& [name, note] : entry.notes)
        size += 6 * (name.size() + note.size()) + 10;
    body.reserve(size);
    JsonWriter json{body};
    json.beginObject();
    if (mount.version == KvVersion::two) {
        json.key("options").beginObject().field("cas", expected).endObject();
        json.key("data").beginObject();
    }
    entry.value.reveal([&](std::string_view value) { json.field("api_key", value); });
    for (const auto& [name, note] : entry.notes)
        json.field(name, note);
    if (mount.version == KvVersion::one)
        json.field("drover_version", std::to_string(expected + 1));
    else
        json.endObject();
    json.endObject();
    request.body = Secret::taking(body);
    return request;
}

Request removeRequest(const Mount& mount, std::string_view path, std::string_view nameSpace)
{
    return requestTo("DELETE", kvPath(mount, "metadata", path), nameSpace);
}

Request listRequest(const Mount& mount, std::string_view folder, std::string_view nameSpace)
{
    // GET ?list=true instead of the verb LIST, which proxies do not know.
    return requestTo("GET", kvPath(mount, "metadata", folder) + "?list=true", nameSpace);
}

Request mountRequest(std::string_view mount, std::string_view path, std::string_view nameSpace)
{
    return requestTo("GET", "sys/internal/ui/mounts/" + escapedPath(mount) + "/" + escapedPath(path), nameSpace);
}

Request lookupSelfRequest(std::string_view nameSpace)
{
    return requestTo("GET", "auth/token/lookup-self", nameSpace);
}

Request renewSelfRequest(std::string_view nameSpace)
{
    return requestTo("POST", "auth/token/renew-self", nameSpace);
}

Request healthRequest()
{
    return requestTo("GET", "sys/health", {});
}

} // namespace drover::vault
