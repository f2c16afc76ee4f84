// SPDX-License-Identifier: Apache-2.0
#include "report/Language.h"

namespace drover::report {

std::string_view languageName(Language language)
{
    return language == Language::zhCn ? "zh_CN" : "en";
}

std::optional<Language> languageFrom(std::string_view name)
{
    if (name == "en")
        return Language::en;
    if (name == "zh_CN" || name == "zh-CN")
        return Language::zhCn;
    return std::nullopt;
}

} // namespace drover::report
