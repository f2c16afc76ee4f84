// SPDX-License-Identifier: Apache-2.0
#include "report/Texts.h"

namespace drover::report {

std::string_view textIn(Language language, Text text)
{
    return language == Language::zhCn ? chineseText(text) : englishText(text);
}

std::string filled(std::string_view words, std::initializer_list<std::string_view> values)
{
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::size_t number = words[i] == '%' && i + 1 < words.size() ? std::size_t(words[i + 1] - '0') : 0;
        if (number >= 1 && number <= values.size()) {
            out += values.begin()[number - 1];
            ++i;
        } else {
            out += words[i];
        }
    }
    return out;
}

} // namespace drover::report
