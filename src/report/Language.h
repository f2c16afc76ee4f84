// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

namespace drover::report {

enum class Language { en, zhCn };

// "en", "zh_CN": as in `report --lang` and in the lang attribute ("zh-CN" is taken too).
std::string_view languageName(Language language);
std::optional<Language> languageFrom(std::string_view name);

} // namespace drover::report
