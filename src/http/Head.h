// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drover::http {

struct Field {
    std::string_view name;
    std::string_view value;
};

// Whether two names are the same but for ASCII case.
bool sameName(std::string_view a, std::string_view b);
// Whether a comma-separated list holds `token` (ASCII case ignored).
bool listHolds(std::string_view list, std::string_view token);

// How a message's body ends.
enum class Framing { none, length, chunked, untilClose };

// The head of one request or answer as it came: one string of its own and views into it, both reused by the next
// message of the connection. Strict (RFC 9112): no bare CR or LF, no folding, no space before the colon; whatever
// could make two readers disagree on where a message ends is refused.
class Head {
public:
    static constexpr std::size_t maxFields = 128;

    Head() = default;
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;

    // Length of the head at the front of `bytes` with its empty line, 0 when it is not complete. `searched` says how
    // many bytes were looked at in vain before and is updated.
    static std::size_t lengthIn(std::string_view bytes, std::size_t& searched);

    // Takes a complete head. Errors: protocol; rejectStatus() says how a server answers (400, 431, 501, 505).
    Result<void> parseRequest(std::string_view bytes);
    // `requestMethod`: HEAD's answer has no body. Errors: protocol.
    Result<void> parseAnswer(std::string_view bytes, std::string_view requestMethod);
    int rejectStatus() const { return rejectStatus_; }

    std::string_view method() const { return method_; }
    std::string_view target() const { return target_; }
    std::string_view path() const; // the target up to "?"
    int status() const { return status_; }
    std::string_view reason() const { return reason_; }
    bool isHttp10() const { return http10_; }

    std::span<const Field> fields() const { return fields_; }
    // The first field of that name.
    std::optional<std::string_view> find(std::string_view name) const;

    Framing framing() const { return framing_; }
    std::uint64_t contentLength() const { return length_; } // where framing() is length
    // Whether the connection may carry another message after this one.
    bool keepAlive() const { return keepAlive_; }

private:
    Result<void> refuse(int status, std::string_view why);
    Result<void> parseFields(std::string_view lines);
    Result<void> readFraming();
    Result<std::string_view> take(std::string_view bytes);

    std::string text_;
    std::vector<Field> fields_;
    std::string_view method_, target_, reason_;
    int status_ = 0;
    int rejectStatus_ = 400;
    bool http10_ = false;
    bool keepAlive_ = true;
    Framing framing_ = Framing::none;
    std::uint64_t length_ = 0;
    bool chunked_ = false;
    bool hasLength_ = false;
};

} // namespace drover::http
