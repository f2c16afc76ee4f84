// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace drover::http {

// An absolute http or https URL without user, query and fragment: the base URLs of targets.
struct Url {
    bool tls = false;
    std::string host;       // without the brackets of an IPv6 literal
    std::uint16_t port = 0; // 443 and 80 where the text has none
    std::string path;       // "/v1" or ""; never ends with "/"

    // As in a Host field: without the port where it is the scheme's own.
    std::string authority() const;
    bool isLoopback() const;
    bool operator==(const Url&) const = default;
};

// Errors: invalidInput.
Result<Url> parseUrl(std::string_view text);

// "127.0.0.1:8080", "[::1]:8080", "localhost:0". Errors: invalidInput.
struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};
Result<HostPort> parseHostPort(std::string_view text);

// "localhost", 127.0.0.0/8 or ::1.
bool isLoopbackHost(std::string_view host);

} // namespace drover::http
