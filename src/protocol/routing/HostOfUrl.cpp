// SPDX-License-Identifier: Apache-2.0
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace drover {
namespace {

// Names the URL without what may be a secret in it: user name and password, query, fragment.
Error urlError(std::string_view url, std::string what)
{
    const bool open = url.find('@') == std::string_view::npos;
    return Error{Errc::invalidInput, std::move(what), open ? std::string(url.substr(0, url.find_first_of("?#"))) : "the URL"};
}

char lowerAscii(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

bool isHostCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool isAddressCharacter(char c)
{
    return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

// "localhost", "[::1]", or 127.a.b.c; a name that only begins with 127 is no address.
bool isLoopbackHost(std::string_view host)
{
    if (host == "localhost" || host == "[::1]")
        return true;
    return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
           std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

// 1 to 65535; nothing for anything else.
std::optional<unsigned> portOf(std::string_view text)
{
    unsigned port = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = code == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
    return whole ? std::optional{port} : std::nullopt;
}

bool isHost(std::string_view host)
{
    if (host.starts_with('['))
        return host.size() > 4 && std::ranges::all_of(host.substr(1, host.size() - 2), isAddressCharacter);
    return !host.empty() && std::ranges::all_of(host, isHostCharacter);
}

} // namespace

Result<std::string> hostOfUrl(std::string_view url)
{
    std::string lower(url);
    std::ranges::transform(lower, lower.begin(), lowerAscii);
    std::string_view rest = lower;
    const bool secure = rest.starts_with("https://");
    if (!secure && !rest.starts_with("http://"))
        return urlError(url, "a URL with https:// was expected");
    rest.remove_prefix(secure ? 8 : 7);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (rest.find('@') != std::string_view::npos)
        return urlError(url, "a user name or password has no place in a URL");
    const auto bracket = rest.starts_with('[') ? rest.find(']') : 0;
    if (bracket == std::string_view::npos)
        return urlError(url, "the address lacks its closing bracket");
    const auto colon = rest.find(':', bracket);
    const std::string_view host = rest.substr(0, colon);
    const bool named = colon != std::string_view::npos;
    const auto port = named ? portOf(rest.substr(colon + 1)) : std::optional{secure ? 443U : 80U};
    if (!isHost(host))
        return urlError(url, "the URL names no host");
    if (!port)
        return urlError(url, "the port is not a number from 1 to 65535");
    if (!secure && !isLoopbackHost(host))
        return urlError(url, "http:// is accepted for loopback addresses only; use https://");
    return *port == 443 ? std::string(host) : std::string(host) + ":" + std::to_string(*port);
}

bool isLoopbackUrl(std::string_view url)
{
    const auto host = hostOfUrl(url);
    if (!host.has_value())
        return false;
    const auto colon = host->rfind(':');
    const bool hasPort = colon != std::string::npos && !host->ends_with(']');
    return isLoopbackHost(std::string_view(*host).substr(0, hasPort ? colon : host->size()));
}

} // namespace drover
