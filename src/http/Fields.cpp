// SPDX-License-Identifier: Apache-2.0
#include "http/Fields.h"

#include "http/Head.h"

#include <algorithm>

namespace drover::http {

Fields& Fields::add(std::string_view name, std::string_view value)
{
    text_.reserve(text_.size() + name.size() + value.size() + 4);
    text_.append(name).append(": ");
    const std::size_t start = text_.size();
    text_.append(value);
    std::replace_if(
        text_.begin() + std::ptrdiff_t(start), text_.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    text_.append("\r\n");
    return *this;
}

bool Fields::has(std::string_view name) const
{
    std::string_view rest = text_;
    while (!rest.empty()) {
        if (sameName(rest.substr(0, rest.find(':')), name))
            return true;
        rest.remove_prefix(rest.find("\r\n") + 2);
    }
    return false;
}

std::string_view reasonOf(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 529: return "Overloaded";
    default: return "";
    }
}

} // namespace drover::http
