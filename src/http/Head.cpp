// SPDX-License-Identifier: Apache-2.0
#include "http/Head.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace drover::http {
namespace {

// RFC 9110, 5.6.2: tchar.
constexpr std::array<bool, 256> tokenTable()
{
    std::array<bool, 256> table{};
    for (char c = '0'; c <= '9'; ++c)
        table[std::size_t(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c)
        table[std::size_t(c)] = table[std::size_t(c - 'a' + 'A')] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[std::size_t(c)] = true;
    return table;
}

constexpr auto isTokenChar = tokenTable();

bool isToken(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return isTokenChar[static_cast<unsigned char>(c)]; });
}

bool isFieldChar(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

bool sameName(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool listHolds(std::string_view list, std::string_view token)
{
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (sameName(trimmed(list.substr(0, comma)), token))
            return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

std::size_t Head::lengthIn(std::string_view bytes, std::size_t& searched)
{
    const std::size_t end = bytes.find("\r\n\r\n", searched);
    if (end != std::string_view::npos)
        return end + 4;
    searched = bytes.size() < 3 ? 0 : bytes.size() - 3;
    return 0;
}

Result<void> Head::refuse(int status, std::string_view why)
{
    rejectStatus_ = status;
    return Error{Errc::protocol, std::string(why), {}};
}

// Copies the head and gives the first line without its end; fields_ and the flags start anew.
Result<std::string_view> Head::take(std::string_view bytes)
{
    fields_.clear();
    method_ = target_ = reason_ = {};
    status_ = 0;
    framing_ = Framing::none;
    length_ = 0;
    chunked_ = hasLength_ = false;
    text_.assign(bytes);
    const std::string_view text = text_;
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos)
        return Error{Errc::protocol, "no line end", {}};
    return text.substr(0, end);
}

Result<void> Head::parseRequest(std::string_view bytes)
{
    rejectStatus_ = 400;
    DROVER_TRY(const std::string_view line, take(bytes));
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos)
        return refuse(400, "not a request line");
    method_ = line.substr(0, first);
    target_ = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    if (!isToken(method_) || target_.empty() ||
        std::any_of(target_.begin(), target_.end(), [](char c) { return c <= 0x20 || c == 0x7f; }))
        return refuse(400, "not a request line");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refuse(version.starts_with("HTTP/") ? 505 : 400, "not HTTP/1.1");
    http10_ = version == "HTTP/1.0";
    DROVER_CHECK(parseFields(std::string_view(text_).substr(line.size() + 2)));
    const auto hosts = std::count_if(fields_.begin(), fields_.end(), [](const Field& f) { return sameName(f.name, "host"); });
    if (hosts > 1 || (hosts == 0 && !http10_))
        return refuse(400, "one Host field is needed");
    DROVER_CHECK(readFraming());
    framing_ = chunked_ ? Framing::chunked : hasLength_ && length_ > 0 ? Framing::length : Framing::none;
    return {};
}

Result<void> Head::parseAnswer(std::string_view bytes, std::string_view requestMethod)
{
    DROVER_TRY(const std::string_view line, take(bytes));
    if (line.size() < 12 || !(line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ")) ||
        (line.size() > 12 && line[12] != ' '))
        return refuse(400, "not an HTTP/1.1 answer");
    http10_ = line[7] == '0';
    const auto number = std::from_chars(line.data() + 9, line.data() + 12, status_);
    if (number.ec != std::errc{} || number.ptr != line.data() + 12 || status_ < 100)
        return refuse(400, "not a status");
    reason_ = line.size() > 13 ? line.substr(13) : std::string_view{};
    DROVER_CHECK(parseFields(std::string_view(text_).substr(line.size() + 2)));
    DROVER_CHECK(readFraming());
    if (requestMethod == "HEAD" || status_ < 200 || status_ == 204 || status_ == 304)
        framing_ = Framing::none;
    else if (chunked_)
        framing_ = Framing::chunked;
    else if (hasLength_)
        framing_ = length_ > 0 ? Framing::length : Framing::none;
    else
        framing_ = Framing::untilClose;
    if (framing_ == Framing::untilClose)
        keepAlive_ = false;
    return {};
}

Result<void> Head::parseFields(std::string_view lines)
{
    while (true) {
        const std::size_t end = lines.find("\r\n");
        if (end == std::string_view::npos)
            return refuse(400, "a line without an end");
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end + 2);
        if (line.empty())
            return {};
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !isToken(line.substr(0, colon)))
            return refuse(400, "not a header field");
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (!std::all_of(value.begin(), value.end(), isFieldChar))
            return refuse(400, "a control character in a header field");
        if (fields_.size() == maxFields)
            return refuse(431, "too many header fields");
        fields_.push_back({line.substr(0, colon), value});
    }
}

Result<void> Head::readFraming()
{
    keepAlive_ = !http10_;
    for (const Field& field : fields_) {
        if (sameName(field.name, "content-length")) {
            std::uint64_t length = 0;
            const auto [end, failed] = std::from_chars(field.value.begin(), field.value.end(), length);
            if (hasLength_ || field.value.empty() || failed != std::errc{} || end != field.value.end())
                return refuse(400, "Content-Length is given twice or is not a number");
            hasLength_ = true;
            length_ = length;
        } else if (sameName(field.name, "transfer-encoding")) {
            if (chunked_ || !sameName(field.value, "chunked") || http10_)
                return refuse(http10_ || chunked_ ? 400 : 501, "Transfer-Encoding may only be chunked, once");
            chunked_ = true;
        } else if (sameName(field.name, "connection")) {
            if (listHolds(field.value, "close"))
                keepAlive_ = false;
            else if (http10_ && listHolds(field.value, "keep-alive"))
                keepAlive_ = true;
        }
    }
    if (hasLength_ && chunked_)
        return refuse(400, "both Content-Length and Transfer-Encoding");
    return {};
}

std::string_view Head::path() const
{
    return target_.substr(0, target_.find('?'));
}

std::optional<std::string_view> Head::find(std::string_view name) const
{
    for (const Field& field : fields_) {
        if (sameName(field.name, name))
            return field.value;
    }
    return std::nullopt;
}

} // namespace drover::http
