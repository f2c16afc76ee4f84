// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonScan.h"

#include <charconv>
#include <cstring>

namespace drover {
namespace {

bool isJsonSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void appendUtf8(std::string& out, std::uint32_t code)
{
    if (code < 0x80) {
        out += char(code);
    } else if (code < 0x800) {
        out += char(0xc0 | (code >> 6));
        out += char(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        out += char(0xe0 | (code >> 12));
        out += char(0x80 | ((code >> 6) & 0x3f));
        out += char(0x80 | (code & 0x3f));
    } else {
        out += char(0xf0 | (code >> 18));
        out += char(0x80 | ((code >> 12) & 0x3f));
        out += char(0x80 | ((code >> 6) & 0x3f));
        out += char(0x80 | (code & 0x3f));
    }
}

// The four digits behind "\u" at `at`; nothing where there are none.
std::optional<std::uint32_t> hexUnit(std::string_view raw, std::size_t at)
{
    if (at + 4 > raw.size())
        return std::nullopt;
    std::uint32_t unit = 0;
    const auto [end, failed] = std::from_chars(raw.data() + at, raw.data() + at + 4, unit, 16);
    if (failed != std::errc{} || end != raw.data() + at + 4)
        return std::nullopt;
    return unit;
}

// The character of the escape at `at`, which is behind the backslash; `at` moves behind it.
std::uint32_t escapedChar(std::string_view raw, std::size_t& at)
{
    const char kind = raw[at++];
    switch (kind) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'u': break;
    default: return static_cast<unsigned char>(kind);
    }
    const auto unit = hexUnit(raw, at);
    if (!unit)
        return 0xfffd;
    at += 4;
    if (*unit < 0xd800 || *unit > 0xdfff)
        return *unit;
    if (*unit < 0xdc00 && raw.substr(at, 2) == "\\u") {
        const auto low = hexUnit(raw, at + 2);
        if (low && *low >= 0xdc00 && *low <= 0xdfff) {
            at += 6;
            return 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00);
        }
    }
    return 0xfffd;
}

} // namespace

std::string unescapeJson(std::string_view raw)
{
    std::string out;
    out.reserve(raw.size());
    std::size_t at = 0;
    while (at < raw.size()) {
        const std::size_t slash = std::min(raw.find('\\', at), raw.size());
        out.append(raw.substr(at, slash - at));
        at = slash + 1;
        if (at < raw.size())
            appendUtf8(out, escapedChar(raw, at));
    }
    return out;
}

char JsonScan::kind()
{
    while (at_ < text_.size() && isJsonSpace(text_[at_]))
        ++at_;
    return failed_ || at_ >= text_.size() ? '\0' : text_[at_];
}

bool JsonScan::open(char bracket)
{
    if (kind() != bracket) {
        raw();
        return false;
    }
    if (++depth_ > maxDepth) {
        fail();
        return false;
    }
    ++at_;
    return true;
}

// Stands before the next member or item, or behind the closing bracket (false).
bool JsonScan::next(char bracket, bool& first)
{
    const char c = kind();
    if (c == bracket) {
        ++at_;
        --depth_;
        return false;
    }
    if (!first && c == ',') {
        ++at_;
        if (kind() == bracket)
            fail();
    } else if (!first || c == '\0') {
        fail();
    }
    first = false;
    return !failed_;
}

bool JsonScan::readKey()
{
    const auto raw = kind() == '"' ? rawText() : std::nullopt;
    if (!raw || kind() != ':') {
        fail();
        return false;
    }
    ++at_;
    kind();
    memberKey_ = *raw;
    if (raw->find('\\') != std::string_view::npos) {
        key_ = unescapeJson(*raw);
        memberKey_ = key_;
    }
    return true;
}

// The string that comes next, without its quotes; at_ moves behind it.
std::optional<std::string_view> JsonScan::rawText()
{
    const std::size_t start = ++at_;
    while (at_ < text_.size()) {
        const std::size_t quote = text_.find('"', at_);
        if (quote == std::string_view::npos)
            break;
        std::size_t slashes = 0;
        while (quote - slashes > start && text_[quote - slashes - 1] == '\\')
            ++slashes;
        at_ = quote + 1;
        if (slashes % 2 == 0)
            return text_.substr(start, quote - start);
    }
    fail();
    return std::nullopt;
}

std::string_view JsonScan::raw()
{
    kind();
    const std::size_t start = at_;
    int open = 0;
    do {
        const char c = kind();
        if (c == '\0') {
            fail();
            return {};
        }
        if (c == '"') {
            if (!rawText())
                return {};
        } else if (c == '{' || c == '[') {
            ++open;
            ++at_;
        } else if (c == '}' || c == ']') {
            if (--open < 0) {
                fail();
                return {};
            }
            ++at_;
        } else if (c == ',' || c == ':') {
            if (open == 0) {
                fail();
                return {};
            }
            ++at_;
        } else {
            while (at_ < text_.size() && std::strchr(" \n\r\t,:]}[{\"", text_[at_]) == nullptr)
                ++at_;
        }
    } while (open > 0);
    return text_.substr(start, at_ - start);
}

std::optional<std::string> JsonScan::text()
{
    if (kind() != '"') {
        raw();
        return std::nullopt;
    }
    const auto raw = rawText();
    return raw ? std::optional(unescapeJson(*raw)) : std::nullopt;
}

std::optional<std::uint64_t> JsonScan::count()
{
    const std::string_view digits = raw();
    const char* const last = digits.data() + digits.size();
    if (digits.find_first_of("eE") != std::string_view::npos) {
        double real = 0;
        const auto [end, failed] = std::from_chars(digits.data(), last, real);
        const bool fits = failed == std::errc{} && end == last && real >= 0 && real < 0x1p64;
        return fits ? std::optional(std::uint64_t(real)) : std::nullopt;
    }
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), last, value);
    if (failed != std::errc{})
        return std::nullopt;
    return value;
}

std::optional<bool> JsonScan::flag()
{
    const std::string_view word = raw();
    if (word == "true")
        return true;
    if (word == "false")
        return false;
    return std::nullopt;
}

} // namespace drover
