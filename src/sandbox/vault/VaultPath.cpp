// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/VaultPath.h"

#include <charconv>
#include <utility>
#include <vector>

namespace drover::sandbox {

std::optional<std::string> percentDecoded(std::string_view text, bool plusIsSpace)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plusIsSpace) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            unsigned byte = 0;
            const char* from = text.data() + i + 1;
            if (text.size() - i < 3)
                return std::nullopt;
            const auto read = std::from_chars(from, from + 2, byte, 16);
            if (read.ec != std::errc{} || read.ptr != from + 2)
                return std::nullopt;
            out += char(byte);
            i += 2;
        }
    }
    return out;
}

std::map<std::string, std::string, std::less<>> formFields(std::string_view text)
{
    std::map<std::string, std::string, std::less<>> fields;
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        const auto equals = pair.find('=');
        auto name = percentDecoded(pair.substr(0, equals), true);
        auto value = percentDecoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
        if (name && value && !pair.empty())
            fields.emplace(*std::move(name), *std::move(value));
    }
    return fields;
}

std::string cleanedPath(std::string_view path)
{
    std::vector<std::string_view> parts;
    const bool folder = path.ends_with('/');
    while (!path.empty()) {
        const auto end = path.find('/');
        const auto part = path.substr(0, end);
        path = end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
        if (part == "..") {
            if (!parts.empty())
                parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::string out;
    for (const auto part : parts) {
        out += '/';
        out += part;
    }
    return folder || out.empty() ? out + "/" : out;
}

} // namespace drover::sandbox
