// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// Numbers as the gates' sentences show them: English, never rounded to the better side of what they say.
enum class Rounding { nearest, up, down };

// 0.0072 -> "0.72 %": two decimals, or as many (up to 5) as it takes to read otherwise than `apartFrom` by itself; trailing
// zeros go. So no gate passes with "at most 7 %, limit 7 %".
std::string percentText(double fraction, Rounding rounding = Rounding::nearest, std::optional<double> apartFrom = {});
// "3.1 ms", "450 ms": about three digits, or more in the same way; "unknown" when infinite.
std::string millisecondsText(double ms, Rounding rounding = Rounding::nearest, std::optional<double> apartFrom = {});
// count(1, "error") = "1 error", count(2000, "request") = "2,000 requests".
std::string countText(std::uint64_t count, std::string_view singular);

} // namespace drover
