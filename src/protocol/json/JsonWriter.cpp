// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonWriter.h"

#include "base/Log.h"

#include <charconv>
#include <cmath>

namespace drover {
namespace {

template <class T>
void appendJsonNumber(std::string& out, T value)
{
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    out.append(digits, end.ptr);
}

} // namespace

void JsonWriter::separate()
{
    if (comma_)
        out_ += ',';
    comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket)
{
    separate();
    out_ += bracket;
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket)
{
    out_ += bracket;
    comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name)
{
    separate();
    appendJsonString(out_, name);
    out_ += ':';
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value)
{
    separate();
    appendJsonString(out_, value);
    return *this;
}

JsonWriter& JsonWriter::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    appendJsonNumber(out_, value);
    return *this;
}

JsonWriter& JsonWriter::flag(bool value)
{
    return raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::null()
{
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json)
{
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::membersOf(std::string_view object)
{
    return object.size() > 2 ? raw(object.substr(1, object.size() - 2)) : *this;
}

JsonWriter& JsonWriter::signedInteger(std::int64_t value)
{
    separate();
    appendJsonNumber(out_, value);
    return *this;
}

JsonWriter& JsonWriter::unsignedInteger(std::uint64_t value)
{
    separate();
    appendJsonNumber(out_, value);
    return *this;
}

JsonWriter& JsonWriter::field(std::string_view name, const Money& value)
{
    key(name).beginObject();
    return field("amount", value.amount()).field("currency", value.currency()).endObject();
}

double roundedMs(double ms)
{
    return std::round(ms * 1000) / 1000;
}

} // namespace drover
