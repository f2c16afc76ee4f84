// SPDX-License-Identifier: Apache-2.0
#include "protocol/vault/Oidc.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/openai/Errors.h"
#include "protocol/vault/VaultPath.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

namespace drover::vault {
namespace {

constexpr std::size_t nonceLength = 20;
constexpr std::string_view callbackPath = "/oidc/callback";
constexpr std::size_t longestUrl = 16 * 1024;

std::string endOf(const OidcFlow& flow, std::string_view call)
{
    return "auth/" + escapedPath(flow.mount) + "/oidc/" + std::string(call);
}

// As escapedPath, slashes too.
std::string escapedValue(std::string_view text)
{
    std::string out;
    for (const char c : escapedPath(text))
        c == '/' ? out += "%2F" : out += c;
    return out;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const int low = std::tolower(static_cast<unsigned char>(c));
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string formDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
        if (escape) {
            out += char(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

// The first of each name.
std::map<std::string, std::string, std::less<>> queryOf(std::string_view target)
{
    std::map<std::string, std::string, std::less<>> fields;
    const auto mark = target.find('?');
    std::string_view rest = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
    rest = rest.substr(0, rest.find('#'));
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto pair = rest.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        fields.emplace(formDecoded(pair.substr(0, equals)), formDecoded(pair.substr(std::min(equals + 1, pair.size()))));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return fields;
}

// An address goes to the browser only where it is one of the web, and nobody on the way can change it.
bool isForBrowsers(std::string_view url)
{
    if (url.size() > longestUrl || std::ranges::any_of(url, [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == '"'; }))
        return false;
    const bool https = url.starts_with("https://");
    if (!https && !url.starts_with("http://"))
        return false;
    std::string_view host = url.substr(https ? 8 : 7);
    host = host.substr(0, host.find_first_of("/?#"));
    if (host.empty() || host.find('@') != std::string_view::npos)
        return false;
    if (https)
        return true;
    host = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

std::string roleWords(const OidcFlow& flow)
{
    return flow.role.empty() ? "the default role of auth/" + flow.mount : "the role " + flow.role;
}

Error noMethod(const OidcFlow& flow)
{
    return Error{Errc::invalidInput,
                 "there is no OIDC auth method at auth/" + flow.mount + " of this Vault or namespace; see `vault auth list`, and set vault.auth_mount",
                 "vault.auth_mount"};
}

Error noAddress(const OidcFlow& flow)
{
    return Error{Errc::unauthorized,
                 "Vault gives no address to log in at: " + roleWords(flow) + " does not exist, or does not allow this redirect, or the identity "
                 "provider is away; check vault.role and vault.callback_port, put " + redirectOf(flow.port) +
                     " into the role's allowed_redirect_uris, and see Vault's log",
                 "vault.role"};
}

Error refusedUrl(const OidcFlow& flow, const Reply& reply)
{
    Error said = errorOf(reply);
    // Only paths of a method that is there do without a token; a mount that verifies JWTs alone has no such path.
    if (reply.status == 404 || (reply.status == 400 && said.code == Errc::unauthorized))
        return noMethod(flow);
    if (reply.status != 400 && reply.status != 403)
        return said;
    const auto vaultSays = said.what.find("(Vault says: ");
    const std::string words = vaultSays == std::string::npos ? std::string() : " " + said.what.substr(vaultSays);
    return Error{Errc::unauthorized,
                 "Vault does not begin an OIDC login by " + roleWords(flow) +
                     "; check vault.role and vault.auth_mount, and that the mount is set up for OIDC" + words,
                 "vault.role"};
}

std::string_view headerIn(std::string_view head, std::string_view name)
{
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
        std::string_view line = head.substr(at + 2);
        line = line.substr(0, line.find("\r\n"));
        const auto colon = line.find(':');
        if (colon != name.size() || !std::ranges::equal(line.substr(0, colon), name, [](unsigned char a, unsigned char b) {
                return std::tolower(a) == std::tolower(b);
            }))
            continue;
        line.remove_prefix(colon + 1);
        while (line.starts_with(' ') || line.starts_with('\t'))
            line.remove_prefix(1);
        while (line.ends_with(' ') || line.ends_with('\t'))
            line.remove_suffix(1);
        return line;
    }
    return {};
}

// A page of the web that has made its own name point here is turned away.
bool isOurs(std::string_view host, std::uint16_t port)
{
    const std::string end = ":" + std::to_string(port);
    return host == "localhost" + end || host == "127.0.0.1" + end || host == "[::1]" + end;
}

Visit turnedAway(int status, std::string title, std::string text)
{
    return {{status, std::move(title), std::move(text)}, {}, {}};
}

Visit answered(std::string_view target, std::string_view state)
{
    const auto query = queryOf(target);
    const auto field = [&](std::string_view name) {
        const auto found = query.find(name);
        return found == query.end() ? std::string() : found->second;
    };
    const std::string brought = field("state");
    if (brought.empty() || (!state.empty() && brought != state))
        return turnedAway(400, "Not this login", "This answer belongs to another login. Begin anew from the program, or use the newest window.");
    if (const std::string error = field("error"); !error.empty()) {
        const std::string why = excerpt(field("error_description").empty() ? error : error + ": " + field("error_description"));
        return {{200, "Not logged in", "The identity provider refused: " + why},
                {},
                Error{Errc::unauthorized, "the identity provider refused the login (it says: " + why + "); log in again, or ask whoever runs it",
                      "vault.auth"}};
    }
    std::string code = field("code");
    if (code.empty())
        return turnedAway(400, "Not this login", "This answer brings no code.");
    return {{}, Callback{brought, Secret::taking(code)}, {}};
}

void appendEscaped(std::string& out, std::string_view text)
{
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
}

} // namespace

Secret freshNonce()
{
    constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string nonce(nonceLength, '0');
    for (char& c : nonce)
        c = letters[randombytes_uniform(std::uint32_t(letters.size()))];
    return Secret::taking(nonce);
}

std::string redirectOf(std::uint16_t port)
{
    return "http://localhost:" + std::to_string(port) + std::string(callbackPath);
}

Request authUrlRequest(const OidcFlow& flow, std::string_view nameSpace)
{
    Request request = requestTo("POST", endOf(flow, "auth_url"), nameSpace);
    std::string body;
    body.reserve(256 + 6 * flow.role.size()); // no copy of the nonce is left behind by growing
    JsonWriter json{body};
    json.beginObject();
    if (!flow.role.empty())
        json.field("role", flow.role);
    json.field("redirect_uri", redirectOf(flow.port));
    flow.nonce.reveal([&](std::string_view plain) { json.field("client_nonce", plain); });
    json.endObject();
    request.body = Secret::taking(body);
    return request;
}

Result<AuthUrl> parseAuthUrl(const OidcFlow& flow, const Reply& reply)
{
    if (reply.status < 200 || reply.status >= 300)
        return refusedUrl(flow, reply);
    const auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return Error{Errc::protocol, "this is no answer of Vault: " + parsed.error().what, {}};
    JsonFields fields{*parsed};
    AuthUrl found;
    fields.object("data", [&](JsonFields& data) { found.url = data.text("auth_url"); });
    if (fields.error())
        return Error{Errc::protocol, "this is no answer of Vault: " + describe(*fields.error()), {}};
    if (found.url.empty())
        return noAddress(flow);
    if (!isForBrowsers(found.url))
        return Error{Errc::refused, "Vault names an address of the identity provider that is no https address; mend oidc_discovery_url of auth/" + flow.mount,
                     "vault.auth_mount"};
    auto query = queryOf(found.url);
    found.state = query["state"];
    return found;
}

Request callbackRequest(const OidcFlow& flow, const Callback& callback, std::string_view nameSpace)
{
    std::string path = endOf(flow, "callback") + "?state=" + escapedValue(callback.state);
    callback.code.reveal([&](std::string_view code) { path += "&code=" + escapedValue(code); });
    flow.nonce.reveal([&](std::string_view nonce) { path += "&client_nonce=" + escapedValue(nonce); });
    return requestTo("GET", std::move(path), nameSpace);
}

Visit readVisit(std::string_view head, std::uint16_t port, std::string_view state)
{
    const auto line = head.substr(0, head.find("\r\n"));
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || last <= first || !line.substr(last + 1).starts_with("HTTP/1."))
        return turnedAway(400, "Not HTTP", "This port waits for a login.");
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    if (!isOurs(headerIn(head, "host"), port))
        return turnedAway(400, "Not this host", "This port waits for a login at localhost.");
    if (target.substr(0, target.find('?')) != callbackPath)
        return turnedAway(404, "Nothing here", "This port waits for a login.");
    if (method == "POST")
        return {{405, "Not logged in", "The identity provider answered by POST (form_post), which is not taken here. Set oidc_response_mode to query."},
                {},
                Error{Errc::refused, "the identity provider answers by POST; set oidc_response_mode = \"query\" in the configuration of Vault's OIDC mount",
                      "vault.auth_mount"}};
    if (method != "GET")
        return turnedAway(405, "Not this way", "This port takes GET alone.");
    return answered(target, state);
}

std::string pageBytes(const Page& page)
{
    std::string html = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Drover</title></head><body><h1>";
    appendEscaped(html, page.title);
    html += "</h1><p>";
    appendEscaped(html, page.text);
    html += "</p></body></html>\n";
    return "HTTP/1.1 " + std::to_string(page.status) + (page.status == 200 ? " OK" : " Refused") +
           "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(html.size()) +
           "\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\n" +
           (page.status == 405 ? "Allow: GET\r\n" : "") + "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n" + html;
}

} // namespace drover::vault
