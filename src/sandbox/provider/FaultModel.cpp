// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/FaultModel.h"

#include <charconv>

namespace drover::sandbox {
namespace {

constexpr std::string_view faultPrefix = "fault-";
constexpr std::string_view pacedPrefix = "paced-";

bool dropSuffix(std::string_view& text, std::string_view suffix)
{
    if (!text.ends_with(suffix))
        return false;
    text.remove_suffix(suffix.size());
    return true;
}

} // namespace

std::optional<FaultModel> faultModel(std::string_view model, Side side)
{
    if (!model.starts_with(faultPrefix))
        return std::nullopt;
    auto kind = model.substr(faultPrefix.size());
    if (dropSuffix(kind, "-legacy")) {
        if (side != Side::legacy)
            return std::nullopt;
    } else if (dropSuffix(kind, "-holysheep") && side != Side::holysheep) {
        return std::nullopt;
    }
    if (kind == "reset")
        return FaultModel{FaultModel::Kind::reset, 0};
    if (kind == "hang")
        return FaultModel{FaultModel::Kind::hang, 0};
    if (kind == "cut")
        return FaultModel{FaultModel::Kind::cut, 200};
    if (kind == "stream-error")
        return FaultModel{FaultModel::Kind::streamError, 200};
    FaultModel fault;
    const auto read = std::from_chars(kind.data(), kind.data() + kind.size(), fault.status);
    if (read.ec != std::errc{} || read.ptr != kind.data() + kind.size() || fault.status < 400 || fault.status > 599)
        return std::nullopt;
    return fault;
}

std::optional<PacedModel> pacedModel(std::string_view model)
{
    if (!model.starts_with(pacedPrefix))
        return std::nullopt;
    PacedModel paced;
    const char* end = model.data() + model.size();
    auto read = std::from_chars(model.data() + pacedPrefix.size(), end, paced.events);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != 'x')
        return std::nullopt;
    read = std::from_chars(read.ptr + 1, end, paced.everyMs);
    if (read.ec != std::errc{} || read.ptr != end || paced.events == 0 || paced.events > 100'000)
        return std::nullopt;
    return paced;
}

} // namespace drover::sandbox
