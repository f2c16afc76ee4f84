// SPDX-License-Identifier: Apache-2.0
#include "sandbox/json/Json.h"

#include <array>
#include <charconv>
#include <cmath>

namespace drover::sandbox {
namespace {

constexpr int deepest = 200;

class JsonReader {
public:
    explicit JsonReader(std::string_view text) : text_(text) {}

    std::optional<Json> value(int depth = 0)
    {
        skipSpace();
        if (depth > deepest || at_ >= text_.size())
            return std::nullopt;
        switch (text_[at_]) {
        case '{': return object(depth);
        case '[': return array(depth);
        case '"': return string();
        case 't': return word("true", Json{true});
        case 'f': return word("false", Json{false});
        case 'n': return word("null", Json{});
        default: return number();
        }
    }
    void skipSpace()
    {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    std::size_t at() const { return at_; }

private:
    bool take(char wanted)
    {
        skipSpace();
        if (at_ >= text_.size() || text_[at_] != wanted)
            return false;
        ++at_;
        return true;
    }
    std::optional<Json> word(std::string_view spelled, Json value)
    {
        if (text_.substr(at_, spelled.size()) != spelled)
            return std::nullopt;
        at_ += spelled.size();
        return value;
    }
    std::size_t digits()
    {
        const auto from = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9')
            ++at_;
        return at_ - from;
    }
    std::optional<Json> number()
    {
        const auto from = at_;
        if (text_[at_] == '-')
            ++at_;
        const auto leading = at_;
        const auto whole = digits();
        if (whole == 0 || (whole > 1 && text_[leading] == '0'))
            return std::nullopt;
        if (at_ < text_.size() && text_[at_] == '.') {
            ++at_;
            if (digits() == 0)
                return std::nullopt;
        }
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            ++at_;
            if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-'))
                ++at_;
            if (digits() == 0)
                return std::nullopt;
        }
        return Json{Json::Number{std::string(text_.substr(from, at_ - from))}};
    }
    std::optional<unsigned> hex4()
    {
        if (text_.size() - at_ < 4)
            return std::nullopt;
        unsigned code = 0;
        const auto* end = text_.data() + at_ + 4;
        const auto read = std::from_chars(text_.data() + at_, end, code, 16);
        if (read.ec != std::errc{} || read.ptr != end)
            return std::nullopt;
        at_ += 4;
        return code;
    }
    static void appendUtf8(std::string& out, unsigned code)
    {
        if (code < 0x80) {
            out += char(code);
        } else if (code < 0x800) {
            out += char(0xC0 | (code >> 6));
            out += char(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            out += char(0xE0 | (code >> 12));
            out += char(0x80 | ((code >> 6) & 0x3F));
            out += char(0x80 | (code & 0x3F));
        } else {
            out += char(0xF0 | (code >> 18));
            out += char(0x80 | ((code >> 12) & 0x3F));
            out += char(0x80 | ((code >> 6) & 0x3F));
            out += char(0x80 | (code & 0x3F));
        }
    }
    bool unicodeEscape(std::string& out)
    {
        const auto first = hex4();
        if (!first)
            return false;
        unsigned code = *first;
        if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
            const auto mark = at_;
            at_ += 2;
            const auto second = hex4();
            if (second && *second >= 0xDC00 && *second < 0xE000)
                code = 0x10000 + ((code - 0xD800) << 10) + (*second - 0xDC00);
            else
                at_ = mark;
        }
        appendUtf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFDU : code);
        return true;
    }
    bool escape(std::string& out)
    {
        if (at_ >= text_.size())
            return false;
        switch (text_[at_++]) {
        case '"': out += '"'; return true;
        case '\\': out += '\\'; return true;
        case '/': out += '/'; return true;
        case 'b': out += '\b'; return true;
        case 'f': out += '\f'; return true;
        case 'n': out += '\n'; return true;
        case 'r': out += '\r'; return true;
        case 't': out += '\t'; return true;
        case 'u': return unicodeEscape(out);
        default: return false;
        }
    }
    std::optional<std::string> text()
    {
        if (!take('"'))
            return std::nullopt;
        std::string out;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"')
                return out;
            if (static_cast<unsigned char>(c) < 0x20)
                return std::nullopt;
            if (c != '\\')
                out += c;
            else if (!escape(out))
                return std::nullopt;
        }
        return std::nullopt;
    }
    std::optional<Json> string()
    {
        auto read = text();
        if (!read)
            return std::nullopt;
        return Json{*std::move(read)};
    }
    std::optional<Json> array(int depth)
    {
        ++at_;
        Json::Array items;
        if (take(']'))
            return Json{std::move(items)};
        do {
            auto item = value(depth + 1);
            if (!item)
                return std::nullopt;
            items.push_back(*std::move(item));
        } while (take(','));
        if (!take(']'))
            return std::nullopt;
        return Json{std::move(items)};
    }
    std::optional<Json> object(int depth)
    {
        ++at_;
        Json::Object members;
        if (take('}'))
            return Json{std::move(members)};
        do {
            auto name = text();
            if (!name || !take(':'))
                return std::nullopt;
            auto member = value(depth + 1);
            if (!member)
                return std::nullopt;
            members.insert_or_assign(*std::move(name), *std::move(member));
        } while (take(','));
        if (!take('}'))
            return std::nullopt;
        return Json{std::move(members)};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

Json::Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

const Json& Json::operator[](std::string_view name) const
{
    static const Json nothing;
    const auto* members = asObject();
    if (members == nullptr)
        return nothing;
    const auto found = members->find(name);
    return found == members->end() ? nothing : found->second;
}

std::optional<std::int64_t> Json::asInteger() const
{
    const auto* number = asNumber();
    if (number == nullptr)
        return std::nullopt;
    std::int64_t value = 0;
    const auto* end = number->text.data() + number->text.size();
    const auto read = std::from_chars(number->text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end)
        return std::nullopt;
    return value;
}

std::optional<double> Json::asDouble() const
{
    const auto* number = asNumber();
    if (number == nullptr)
        return std::nullopt;
    double value = 0;
    const auto* end = number->text.data() + number->text.size();
    if (std::from_chars(number->text.data(), end, value).ec != std::errc{})
        return std::nullopt;
    return value;
}

std::optional<Json::Parsed> Json::parsePrefix(std::string_view text)
{
    JsonReader reader{text};
    auto value = reader.value();
    if (!value)
        return std::nullopt;
    return Parsed{*std::move(value), reader.at()};
}

std::optional<Json> Json::parse(std::string_view text)
{
    JsonReader reader{text};
    auto value = reader.value();
    reader.skipSpace();
    if (reader.at() != text.size())
        return std::nullopt;
    return value;
}

void appendGoString(std::string& out, std::string_view text)
{
    constexpr std::string_view hexDigits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
            out += "\\u00";
            out += hexDigits[byte >> 4];
            out += hexDigits[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

void appendGoJson(std::string& out, const Json& value)
{
    if (value.isNull()) {
        out += "null";
    } else if (const auto* flag = value.asBool()) {
        out += *flag ? "true" : "false";
    } else if (const auto* text = value.asString()) {
        appendGoString(out, *text);
    } else if (const auto* number = value.asNumber()) {
        out += number->text;
    } else if (const auto* items = value.asArray()) {
        out += '[';
        for (std::size_t i = 0; i < items->size(); ++i) {
            if (i != 0)
                out += ',';
            appendGoJson(out, (*items)[i]);
        }
        out += ']';
    } else if (const auto* members = value.asObject()) {
        out += '{';
        bool first = true;
        for (const auto& [name, member] : *members) {
            if (!std::exchange(first, false))
                out += ',';
            appendGoString(out, name);
            out += ':';
            appendGoJson(out, member);
        }
        out += '}';
    }
}

std::string goJson(const Json& value)
{
    std::string out;
    appendGoJson(out, value);
    return out;
}

std::string goNumber(double value)
{
    std::array<char, 400> buffer{};
    const auto magnitude = std::fabs(value);
    const bool plain = magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e21);
    const auto shortest =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string text(buffer.data(), shortest.ptr);
    if (!plain)
        return text;
    // The shortest digits first, then zeros: to_chars' own fixed form would give digits a double does not hold.
    const bool negative = text.front() == '-';
    const auto e = text.find('e');
    int exponent = 0;
    const auto* from = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(from, text.data() + text.size(), exponent);
    std::string digits;
    for (const char c : text.substr(0, e))
        if (c >= '0' && c <= '9')
            digits += c;
    std::string out;
    if (exponent < 0) {
        out = "0." + std::string(std::size_t(-exponent - 1), '0') + digits;
    } else {
        const auto whole = std::size_t(exponent) + 1;
        if (digits.size() < whole)
            digits.append(whole - digits.size(), '0');
        out = digits.substr(0, whole);
        if (digits.size() > whole)
            out += "." + digits.substr(whole);
    }
    return negative ? "-" + out : out;
}

} // namespace drover::sandbox
