// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace drover::http {

// Header fields to send, as the text they will be: no list, no second copy. Framing and connection fields are the
// sender's business and are not added here.
class Fields {
public:
    Fields() = default;

    // Control characters in the value become spaces, so that no value can begin a line of its own.
    Fields& add(std::string_view name, std::string_view value);
    bool has(std::string_view name) const;
    const std::string& text() const { return text_; }
    void clear() { text_.clear(); }

private:
    std::string text_;
};

// The standard phrase of a status, "" for one it does not know.
std::string_view reasonOf(int status);

} // namespace drover::http
