// SPDX-License-Identifier: Apache-2.0
#include "http/Url.h"

#include "http/Head.h"

#include <algorithm>
#include <charconv>

namespace drover::http {
namespace {

Result<std::uint16_t> parsePort(std::string_view text, std::string_view whole)
{
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(text.begin(), text.end(), port);
    if (text.empty() || failed != std::errc{} || end != text.end())
        return Error{Errc::invalidInput, "not a port", std::string(whole)};
    return port;
}

bool isHostChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ':';
}

// The port stays -1 where there is none.
Result<std::pair<std::string, int>> splitAuthority(std::string_view text)
{
    std::string_view host = text;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos)
            return Error{Errc::invalidInput, "not a host", std::string(text)};
        host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (host.empty() || !std::all_of(host.begin(), host.end(), isHostChar) || (!rest.empty() && rest[0] != ':'))
        return Error{Errc::invalidInput, "not a host", std::string(text)};
    if (rest.empty())
        return std::pair{std::string(host), -1};
    DROVER_TRY(const std::uint16_t port, parsePort(rest.substr(1), text));
    return std::pair{std::string(host), int(port)};
}

} // namespace

std::string Url::authority() const
{
    std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (tls ? 443 : 80))
        text += ":" + std::to_string(port);
    return text;
}

bool Url::isLoopback() const
{
    return isLoopbackHost(host);
}

Result<Url> parseUrl(std::string_view text)
{
    Url url;
    std::string_view rest = text;
    if (rest.starts_with("https://"))
        url.tls = true;
    else if (!rest.starts_with("http://"))
        return Error{Errc::invalidInput, "not an http or https URL", std::string(text)};
    rest.remove_prefix(url.tls ? 8 : 7);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    DROVER_TRY(auto authority, splitAuthority(rest.substr(0, slash)));
    url.host = std::move(authority.first);
    url.port = authority.second >= 0 ? std::uint16_t(authority.second) : std::uint16_t(url.tls ? 443 : 80);
    std::string_view path = rest.substr(slash);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (path.find_first_of("?# \t\r\n") != std::string_view::npos)
        return Error{Errc::invalidInput, "a base URL has no query", std::string(text)};
    url.path = path;
    return url;
}

Result<HostPort> parseHostPort(std::string_view text)
{
    DROVER_TRY(auto parts, splitAuthority(text));
    if (parts.second < 0)
        return Error{Errc::invalidInput, "host:port is needed", std::string(text)};
    return HostPort{std::move(parts.first), std::uint16_t(parts.second)};
}

bool isLoopbackHost(std::string_view host)
{
    if (sameName(host, "localhost") || host == "::1")
        return true;
    // Only a literal: "127.0.0.1.example.com" is a name like any other.
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

} // namespace drover::http
