// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Money.h"
#include "base/Time.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// Appends JSON to a string, in the order it is told, without building a tree. The caller balances begin and end.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& beginObject() { return open('{'); }
    JsonWriter& endObject() { return close('}'); }
    JsonWriter& beginArray() { return open('['); }
    JsonWriter& endArray() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& text(std::string_view value);
    JsonWriter& number(double value); // shortest form that reads back the same; null for NaN and infinities
    JsonWriter& flag(bool value);
    JsonWriter& null();
    JsonWriter& raw(std::string_view json); // one value that is JSON already
    // The members of an object's text, into the object that is open; nothing for "".
    JsonWriter& membersOf(std::string_view object);
    template <std::integral T>
    JsonWriter& integer(T value)
    {
        if constexpr (std::is_signed_v<T>)
            return signedInteger(std::int64_t{value});
        else
            return unsignedInteger(std::uint64_t{value});
    }

    // Name and value at once. An empty optional writes null.
    JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
    JsonWriter& field(std::string_view name, const char* value) { return key(name).text(value); }
    JsonWriter& field(std::string_view name, double value) { return key(name).number(value); }
    JsonWriter& field(std::string_view name, bool value) { return key(name).flag(value); }
    JsonWriter& field(std::string_view name, WallTime value) { return key(name).text(formatTime(value)); }
    JsonWriter& field(std::string_view name, const Money& value);
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    JsonWriter& field(std::string_view name, T value)
    {
        return key(name).integer(value);
    }
    template <class T>
    JsonWriter& field(std::string_view name, const std::optional<T>& value)
    {
        return value ? field(name, *value) : key(name).null();
    }
    // null where the text is empty.
    JsonWriter& fieldOrNull(std::string_view name, std::string_view value)
    {
        return value.empty() ? key(name).null() : key(name).text(value);
    }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    JsonWriter& signedInteger(std::int64_t value);
    JsonWriter& unsignedInteger(std::uint64_t value);
    void separate();

    std::string& out_;
    bool comma_ = false;
};

// Milliseconds with at most 3 decimals, as they stand in logs and evidence.
double roundedMs(double ms);

} // namespace drover
