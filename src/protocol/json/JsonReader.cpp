// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonReader.h"

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace drover {
namespace {

std::optional<std::uint64_t> asCount(const boost::json::value& value)
{
    if (const auto* whole = value.if_int64())
        return *whole >= 0 ? std::optional(std::uint64_t(*whole)) : std::nullopt;
    if (const auto* big = value.if_uint64())
        return *big;
    if (const auto* real = value.if_double(); real != nullptr && *real >= 0 && *real < 9e15 && *real == std::floor(*real))
        return std::uint64_t(*real);
    return std::nullopt;
}

std::optional<double> asNumber(const boost::json::value& value)
{
    if (const auto* whole = value.if_int64())
        return double(*whole);
    if (const auto* big = value.if_uint64())
        return double(*big);
    if (const auto* real = value.if_double(); real != nullptr && std::isfinite(*real))
        return *real;
    return std::nullopt;
}

} // namespace

Result<boost::json::value> parseJson(std::string_view text)
{
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::parser parser({}, options);
    boost::system::error_code code;
    std::size_t read = 0;
    try {
        read = parser.write(text.data(), text.size(), code);
        if (!code)
            return parser.release();
    } catch (const std::exception& e) { // out of memory, or larger than Boost.JSON's limits
        return Error{Errc::invalidInput, std::string("not readable as JSON: ") + e.what(), {}};
    }
    return Error{Errc::invalidInput, "not JSON at byte " + std::to_string(read) + ": " + code.message(), {}};
}

Result<boost::json::object> parseJsonObject(std::string_view text)
{
    DROVER_TRY(auto value, parseJson(text));
    if (auto* object = value.if_object())
        return std::move(*object);
    return Error{Errc::invalidInput, "a JSON object was expected", {}};
}

std::string JsonFields::pathOf(std::string_view name) const
{
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void JsonFields::fail(std::string_view name, std::string what)
{
    if (!error_->has_value())
        *error_ = Error{Errc::invalidInput, std::move(what), pathOf(name)};
}

std::string JsonFields::others(std::initializer_list<std::string_view> known) const
{
    boost::json::object rest;
    for (const auto& member : *object_)
        if (std::ranges::find(known, std::string_view(member.key().data(), member.key().size())) == known.end())
            rest.emplace(member.key(), member.value());
    return rest.empty() ? std::string() : boost::json::serialize(rest);
}

const boost::json::value* JsonFields::find(std::string_view name) const
{
    const auto* value = object_->if_contains(boost::json::string_view(name.data(), name.size()));
    return value != nullptr && !value->is_null() ? value : nullptr;
}

const boost::json::value* JsonFields::need(std::string_view name)
{
    const auto* value = find(name);
    if (value == nullptr)
        fail(name, "the field is missing");
    return value;
}

std::string JsonFields::text(std::string_view name)
{
    return need(name) != nullptr ? textOr(name, {}) : std::string();
}

std::uint64_t JsonFields::count(std::string_view name)
{
    return need(name) != nullptr ? countOr(name, 0) : 0;
}

double JsonFields::number(std::string_view name)
{
    return need(name) != nullptr ? numberOr(name, 0) : 0;
}

bool JsonFields::flag(std::string_view name)
{
    return need(name) != nullptr && flagOr(name, false);
}

WallTime JsonFields::time(std::string_view name)
{
    return need(name) != nullptr ? maybeTime(name).value_or(WallTime{}) : WallTime{};
}

std::string JsonFields::textOr(std::string_view name, std::string_view otherwise)
{
    const auto found = maybeText(name);
    return found ? *found : std::string(otherwise);
}

std::uint64_t JsonFields::countOr(std::string_view name, std::uint64_t otherwise)
{
    return maybeCount(name).value_or(otherwise);
}

std::uint32_t JsonFields::smallCountOr(std::string_view name, std::uint32_t otherwise)
{
    const auto found = maybeCount(name);
    if (found && *found > 0xffffffffU)
        fail(name, "above 4294967295");
    return found && *found <= 0xffffffffU ? std::uint32_t(*found) : otherwise;
}

double JsonFields::numberOr(std::string_view name, double otherwise)
{
    return maybeNumber(name).value_or(otherwise);
}

bool JsonFields::flagOr(std::string_view name, bool otherwise)
{
    const auto* value = find(name);
    if (value == nullptr)
        return otherwise;
    if (const auto* found = value->if_bool())
        return *found;
    fail(name, "true or false was expected");
    return otherwise;
}

std::optional<std::string> JsonFields::maybeText(std::string_view name)
{
    const auto* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* found = value->if_string())
        return std::string(viewOf(*found));
    fail(name, "a string was expected");
    return std::nullopt;
}

std::optional<std::uint64_t> JsonFields::maybeCount(std::string_view name)
{
    const auto* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    const auto found = asCount(*value);
    if (!found)
        fail(name, "a whole number of 0 or more was expected");
    return found;
}

std::optional<double> JsonFields::maybeNumber(std::string_view name)
{
    const auto* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    const auto found = asNumber(*value);
    if (!found)
        fail(name, "a number was expected");
    return found;
}

std::optional<WallTime> JsonFields::maybeTime(std::string_view name)
{
    const auto text = maybeText(name);
    if (!text)
        return std::nullopt;
    auto time = parseTime(*text);
    if (time.has_value())
        return *time;
    fail(name, "a time like 2026-11-22T07:34:13Z was expected");
    return std::nullopt;
}

bool JsonFields::object(std::string_view name, const std::function<void(JsonFields&)>& read)
{
    const auto* value = find(name);
    if (value == nullptr)
        return false;
    const auto* found = value->if_object();
    if (found == nullptr) {
        fail(name, "an object was expected");
        return false;
    }
    JsonFields inner{*found, pathOf(name), error_};
    read(inner);
    return true;
}

void JsonFields::each(std::string_view name, const std::function<void(std::string_view, JsonFields&)>& read)
{
    object(name, [&](JsonFields& members) {
        for (const auto& member : members.raw())
            read({member.key().data(), member.key().size()}, members);
    });
}

void JsonFields::list(std::string_view name, const std::function<void(JsonFields&)>& read)
{
    const auto* value = find(name);
    if (value == nullptr)
        return;
    const auto* found = value->if_array();
    if (found == nullptr)
        return fail(name, "a list was expected");
    for (std::size_t i = 0; i < found->size(); ++i) {
        const std::string place = std::string(name) + "[" + std::to_string(i) + "]";
        const auto* item = (*found)[i].if_object();
        if (item == nullptr)
            return fail(place, "an object was expected");
        JsonFields inner{*item, pathOf(place), error_};
        read(inner);
    }
}

std::vector<std::string> JsonFields::texts(std::string_view name)
{
    std::vector<std::string> all;
    const auto* value = find(name);
    if (value == nullptr)
        return all;
    const auto* found = value->if_array();
    if (found == nullptr) {
        fail(name, "a list of strings was expected");
        return all;
    }
    for (const auto& item : *found) {
        if (const auto* one = item.if_string())
            all.emplace_back(viewOf(*one));
        else
            fail(name, "a list of strings was expected");
    }
    return all;
}

} // namespace drover
