// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/json/Json.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace drover::sandbox {

// The names directly under a folder, folders with "/" behind; nothing where there is none.
template <class Map>
std::optional<Json> keysUnder(const Map& map, std::string_view folder)
{
    std::string prefix(folder);
    if (!prefix.empty() && !prefix.ends_with('/'))
        prefix += '/';
    std::set<std::string> names;
    for (auto entry = map.lower_bound(prefix); entry != map.end() && entry->first.starts_with(prefix); ++entry) {
        const auto rest = std::string_view(entry->first).substr(prefix.size());
        const auto slash = rest.find('/');
        names.insert(std::string(rest.substr(0, slash == std::string_view::npos ? slash : slash + 1)));
    }
    if (names.empty())
        return std::nullopt;
    Json::Array keys;
    for (const auto& name : names)
        keys.push_back(Json{name});
    return Json{std::move(keys)};
}

} // namespace drover::sandbox
