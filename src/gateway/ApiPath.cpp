// SPDX-License-Identifier: Apache-2.0
#include "gateway/ApiPath.h"

#include "http/Head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace drover::gateway {
namespace {

constexpr std::array<std::string_view, 10> ofTheAccount{"admin",    "api-keys", "api_keys",     "billing",       "config",
                                                        "dashboard", "keys",    "organization", "organizations", "usage"};
constexpr std::array<std::string_view, 6> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

// A segment with its %XX read; nothing where a server might take it for something else than one name.
std::optional<std::string> plainSegment(std::string_view segment)
{
    std::string plain;
    for (std::size_t i = 0; i < segment.size(); ++i) {
        unsigned char byte = static_cast<unsigned char>(segment[i]);
        if (byte == '%') {
            unsigned value = 0;
            const auto [end, failed] = std::from_chars(segment.data() + i + 1, segment.data() + std::min(i + 3, segment.size()), value, 16);
            if (failed != std::errc{} || end != segment.data() + i + 3)
                return std::nullopt;
            byte = static_cast<unsigned char>(value);
            i += 2;
            if (byte == '%' || byte == '.' || byte == '/')
                return std::nullopt;
        }
        if (byte <= 0x20 || byte >= 0x7f || byte == '\\' || byte == ';' || byte == '#' || byte == '?')
            return std::nullopt;
        plain += char(byte);
    }
    if (plain.empty() || plain == "." || plain == "..")
        return std::nullopt;
    return plain;
}

} // namespace

bool isApiPath(std::string_view path)
{
    constexpr std::string_view root = "/v1/";
    if (!path.starts_with(root))
        return false;
    path.remove_prefix(root.size());
    for (bool isFirst = true; !path.empty() || isFirst; isFirst = false) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const auto segment = plainSegment(path.substr(0, slash));
        if (!segment)
            return false;
        if (isFirst && std::ranges::any_of(ofTheAccount, [&](auto name) { return http::sameName(name, *segment); }))
            return false;
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return true;
}

bool isApiMethod(std::string_view method)
{
    return std::ranges::find(methods, method) != methods.end();
}

} // namespace drover::gateway
