// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drover::sandbox {

// A JSON value as the simulated servers see it. It differs from the values of protocol/ on purpose: numbers keep
// their spelling and objects are sorted by name, since that is what a server written in Go (Vault) gives back.
class Json {
public:
    struct Number {
        std::string text; // as it was spelled
        bool operator==(const Number&) const = default;
    };
    using Array = std::vector<Json>;
    using Object = std::map<std::string, Json, std::less<>>;

    // Out of line: inlined, GCC 12 takes the variant's unused alternatives for uninitialised memory.
    Json();
    Json(const Json& other);
    Json(Json&& other) noexcept;
    Json& operator=(const Json& other);
    Json& operator=(Json&& other) noexcept;
    ~Json();
    Json(std::nullptr_t) : Json() {}
    Json(bool value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(Number value) : value_(std::move(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}
    static Json of(std::int64_t value) { return Number{std::to_string(value)}; }

    bool isNull() const { return std::holds_alternative<std::monostate>(value_); }
    const bool* asBool() const { return std::get_if<bool>(&value_); }
    const std::string* asString() const { return std::get_if<std::string>(&value_); }
    const Number* asNumber() const { return std::get_if<Number>(&value_); }
    const Array* asArray() const { return std::get_if<Array>(&value_); }
    const Object* asObject() const { return std::get_if<Object>(&value_); }
    Object* asObject() { return std::get_if<Object>(&value_); }
    // The member of an object, or null where there is none or this is no object.
    const Json& operator[](std::string_view name) const;
    // An integer written as a number without fraction or exponent.
    std::optional<std::int64_t> asInteger() const;
    // Any number.
    std::optional<double> asDouble() const;

    // The first value of the text, and where it ends; nothing where it is not JSON. At most 200 levels deep.
    struct Parsed;
    static std::optional<Parsed> parsePrefix(std::string_view text);
    // The whole text is one value (white space around it aside).
    static std::optional<Json> parse(std::string_view text);

    bool operator==(const Json&) const = default;

private:
    std::variant<std::monostate, bool, std::string, Number, Array, Object> value_;
};

struct Json::Parsed {
    Json value;
    std::size_t end = 0;
};

// As Go's encoding/json writes: no spaces, objects sorted, <, > and & as \u003c, \u003e, \u0026.
void appendGoJson(std::string& out, const Json& value);
void appendGoString(std::string& out, std::string_view text);
std::string goJson(const Json& value);
// The shortest decimal form of a double as Go writes it: 12345678901234567000, 1.5, 1e+21.
std::string goNumber(double value);

} // namespace drover::sandbox
