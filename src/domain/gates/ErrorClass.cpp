// SPDX-License-Identifier: Apache-2.0
#include "domain/gates/ErrorClass.h"

#include <algorithm>

namespace drover {
namespace {

constexpr std::array<std::string_view, errorClassCount> classNames{
    "ok",  "auth",         "billing", "rate",         "overload", "upstream", "network",
    "cut", "stream_error", "client",  "incompatible", "aborted"};

} // namespace

std::string_view errorClassName(ErrorClass value)
{
    return classNames[std::size_t(value)];
}

std::optional<ErrorClass> errorClassFrom(std::string_view name)
{
    const auto found = std::ranges::find(classNames, name);
    if (found == classNames.end())
        return std::nullopt;
    return ErrorClass(found - classNames.begin());
}

bool countsAsEvidence(ErrorClass value)
{
    return value != ErrorClass::client && value != ErrorClass::aborted;
}

bool countsAsError(ErrorClass value)
{
    return countsAsEvidence(value) && value != ErrorClass::ok;
}

} // namespace drover
