// SPDX-License-Identifier: Apache-2.0
#include "domain/gates/Text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace drover {
namespace {

double roundedTo(double value, int decimals, Rounding rounding)
{
    const double scale = std::pow(10.0, decimals);
    const double scaled = value * scale;
    // What is a whole number but for binary noise must not be pushed on to the next.
    if (rounding == Rounding::nearest || std::abs(scaled - std::nearbyint(scaled)) < 1e-9 * (1 + std::abs(scaled)))
        return std::nearbyint(scaled) / scale;
    return (rounding == Rounding::up ? std::ceil(scaled) : std::floor(scaled)) / scale;
}

// Without trailing zeros, and without the sign of a negative zero.
std::string trimmed(double value, int decimals)
{
    std::array<char, 64> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value == 0 ? 0.0 : value);
    std::string out(buffer.data(), std::size_t(length));
    if (out.find('.') != std::string::npos) {
        out.erase(out.find_last_not_of('0') + 1);
        if (out.back() == '.')
            out.pop_back();
    }
    return out;
}

// With more and more decimals until it reads otherwise than `other`. As texts: what people read is compared, not the
// binary noise of 0.07 * 100.
std::string apart(double value, int decimals, int mostDecimals, Rounding rounding, const std::string& other)
{
    std::string text = trimmed(roundedTo(value, decimals, rounding), decimals);
    while (decimals < mostDecimals && text == other) {
        ++decimals;
        text = trimmed(roundedTo(value, decimals, rounding), decimals);
    }
    return text;
}

constexpr int percentDecimals = 2;
constexpr int mostDecimals = 5;

int decimalsOf(double ms)
{
    const double size = std::abs(ms);
    return size < 10 ? 2 : size < 100 ? 1 : 0;
}

} // namespace

std::string percentText(double fraction, Rounding rounding, std::optional<double> apartFrom)
{
    const std::string other =
        apartFrom ? trimmed(roundedTo(*apartFrom * 100, percentDecimals, Rounding::nearest), percentDecimals) : "";
    return apart(fraction * 100, percentDecimals, mostDecimals, rounding, other) + " %";
}

std::string millisecondsText(double ms, Rounding rounding, std::optional<double> apartFrom)
{
    if (!std::isfinite(ms))
        return "unknown";
    const int own = apartFrom ? decimalsOf(*apartFrom) : 0;
    const std::string other = apartFrom ? trimmed(roundedTo(*apartFrom, own, Rounding::nearest), own) : "";
    return apart(ms, decimalsOf(ms), mostDecimals, rounding, other) + " ms";
}

std::string countText(std::uint64_t count, std::string_view singular)
{
    std::string out = std::to_string(count);
    for (std::size_t at = out.size(); at > 3;) {
        at -= 3;
        out.insert(at, ",");
    }
    out += ' ';
    out += singular;
    if (count != 1)
        out += 's';
    return out;
}

} // namespace drover
