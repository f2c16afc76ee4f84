// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/CloudTypes.h"

#include <algorithm>

namespace drover::sandbox {
namespace {

bool sameLetters(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

int digitOf(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

std::string_view CloudRequest::header(std::string_view name) const
{
    for (const auto& [key, value] : headers)
        if (sameLetters(key, name))
            return value;
    return {};
}

std::string CloudRequest::query(std::string_view name) const
{
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string() : formField(target.substr(mark + 1), name);
}

bool CloudFaults::takeThrottle()
{
    return throttles > 0 && throttles-- > 0;
}

bool CloudFaults::takeLostAnswer()
{
    return loseAnswers > 0 && loseAnswers-- > 0;
}

std::string urlDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && digitOf(text[i + 1]) >= 0 && digitOf(text[i + 2]) >= 0;
        if (escape) {
            out += char(digitOf(text[i + 1]) * 16 + digitOf(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string formField(std::string_view form, std::string_view name)
{
    while (!form.empty()) {
        const auto end = std::min(form.find('&'), form.size());
        const auto field = form.substr(0, end);
        const auto equals = std::min(field.find('='), field.size());
        if (urlDecoded(field.substr(0, equals)) == name)
            return urlDecoded(field.substr(std::min(equals + 1, field.size())));
        form.remove_prefix(std::min(end + 1, form.size()));
    }
    return {};
}

std::vector<std::string> pathParts(std::string_view path)
{
    std::vector<std::string> parts;
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        if (slash != 0)
            parts.push_back(urlDecoded(path.substr(0, slash)));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return parts;
}

} // namespace drover::sandbox
