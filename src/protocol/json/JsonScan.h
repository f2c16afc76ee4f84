// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// Walks over one JSON text and looks only at what it is asked for: no tree, no allocation but for strings taken out.
// For bodies that go by and are somebody else's to judge, so it is lenient in what it skips (literals and numbers are
// not checked); after the first thing that cannot be walked failed() stays true and everything is absent.
class JsonScan {
public:
    static constexpr int maxDepth = 256;

    explicit JsonScan(std::string_view text) : text_(text) {}

    bool failed() const { return failed_; }
    // First character of the value that comes next: { [ " t f n - or a digit; 0 at the end.
    char kind();
    std::size_t position() const { return at_; }

    // Calls each(key, scan) for every member of the object that comes next; `each` takes the value or leaves it. False
    // where no object comes next: the value is then passed over.
    template <class F>
    bool members(F&& each);
    // The same for the items of an array: each(scan).
    template <class F>
    bool items(F&& each);

    // The value that comes next, if it is of that kind; any other is passed over.
    std::optional<std::string> text();
    std::optional<std::uint64_t> count(); // a number without sign; decimals are cut off
    std::optional<bool> flag();
    // Passes over the value that comes next and gives its bytes.
    std::string_view raw();

private:
    void fail() { failed_ = true; }
    bool open(char bracket);
    bool next(char bracket, bool& first);
    bool readKey();
    std::optional<std::string_view> rawText();

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool failed_ = false;
    std::string key_;
    std::string_view memberKey_;
};

// The characters of a JSON string whose quotes are off; what is not UTF-16 becomes U+FFFD.
std::string unescapeJson(std::string_view raw);

template <class F>
bool JsonScan::members(F&& each)
{
    if (!open('{'))
        return false;
    bool first = true;
    while (next('}', first)) {
        if (!readKey())
            return false;
        const std::size_t start = at_;
        each(memberKey_, *this);
        if (at_ == start)
            raw();
    }
    return !failed_;
}

template <class F>
bool JsonScan::items(F&& each)
{
    if (!open('['))
        return false;
    bool first = true;
    while (next(']', first)) {
        const std::size_t start = at_;
        each(*this);
        if (at_ == start)
            raw();
    }
    return !failed_;
}

} // namespace drover
