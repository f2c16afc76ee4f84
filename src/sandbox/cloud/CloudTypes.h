// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/json/Json.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover::sandbox {

struct CloudRequest {
    std::string_view method;
    std::string_view target; // path and query as they came
    std::vector<std::pair<std::string, std::string>> headers;
    std::string_view body;

    // "" where there is none; names are compared without case.
    std::string_view header(std::string_view name) const;
    std::string_view path() const { return target.substr(0, target.find('?')); }
    // The decoded value of a query's field; "" where there is none.
    std::string query(std::string_view name) const;
};

struct CloudAnswer {
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string contentType = "application/json";
};

// What a test makes a stand-in do instead of its work.
struct CloudFaults {
    int throttles = 0;           // so many of the next calls are turned away
    int loseAnswers = 0;         // so many of the next writes are carried out and answered 500
    std::set<std::string> denied; // actions or rights that nobody has
    bool takeThrottle();
    bool takeLostAnswer();
};

std::string urlDecoded(std::string_view text);
// The value of a field of application/x-www-form-urlencoded.
std::string formField(std::string_view form, std::string_view name);
// Parts of a path between slashes, decoded.
std::vector<std::string> pathParts(std::string_view path);

} // namespace drover::sandbox
