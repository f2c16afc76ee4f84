// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A whole JSON text, at most 64 levels deep. Errors: invalidInput with the byte where it stops being JSON.
Result<boost::json::value> parseJson(std::string_view text);
// The same where the outermost value must be an object.
Result<boost::json::object> parseJsonObject(std::string_view text);

inline std::string_view viewOf(const boost::json::string& text)
{
    return {text.data(), text.size()};
}

// Reads the fields of one object and keeps the first thing that was wrong, with the path of the field
// ("targets.holysheep.share"). After an error every read gives its default, so a reader is one straight list of
// fields and one look at error() at its end. Absent and null are the same.
class JsonFields {
public:
    explicit JsonFields(const boost::json::object& object) : object_(&object), error_(&own_) {}
    JsonFields(const JsonFields&) = delete;
    JsonFields& operator=(const JsonFields&) = delete;

    // Required: an absent or unfitting field is an error.
    std::string text(std::string_view name);
    std::uint64_t count(std::string_view name);
    double number(std::string_view name);
    bool flag(std::string_view name);
    WallTime time(std::string_view name);

    // Optional: an unfitting field is an error, an absent one is the default.
    std::string textOr(std::string_view name, std::string_view otherwise);
    std::uint64_t countOr(std::string_view name, std::uint64_t otherwise);
    std::uint32_t smallCountOr(std::string_view name, std::uint32_t otherwise);
    double numberOr(std::string_view name, double otherwise);
    bool flagOr(std::string_view name, bool otherwise);
    std::optional<std::string> maybeText(std::string_view name);
    std::optional<std::uint64_t> maybeCount(std::string_view name);
    std::optional<double> maybeNumber(std::string_view name);
    std::optional<WallTime> maybeTime(std::string_view name);

    // Calls read(fields) for an object; false where there is none.
    bool object(std::string_view name, const std::function<void(JsonFields&)>& read);
    // Calls read(name, value, fields of this object) for each member of an object that maps names to values.
    void each(std::string_view name, const std::function<void(std::string_view, JsonFields&)>& read);
    // Calls read(fields) for each object of an array.
    void list(std::string_view name, const std::function<void(JsonFields&)>& read);
    std::vector<std::string> texts(std::string_view name);

    // The members that are none of these, as the text of an object; "" where there are none. What this version does not
    // know is kept so, and written back by JsonWriter::membersOf().
    std::string others(std::initializer_list<std::string_view> known) const;

    // The value itself; nullptr where it is absent or null.
    const boost::json::value* find(std::string_view name) const;
    const boost::json::object& raw() const { return *object_; }

    void fail(std::string_view name, std::string what);
    bool failed() const { return error_->has_value(); }
    // The first error, with code invalidInput and the field in `where`.
    const std::optional<Error>& error() const { return *error_; }

private:
    JsonFields(const boost::json::object& object, std::string path, std::optional<Error>* error)
        : object_(&object), path_(std::move(path)), error_(error)
    {
    }
    std::string pathOf(std::string_view name) const;
    const boost::json::value* need(std::string_view name);

    const boost::json::object* object_;
    std::string path_;
    std::optional<Error> own_;
    std::optional<Error>* error_;
};

} // namespace drover
