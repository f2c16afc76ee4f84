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

} // namespace

std::string percentText(double fraction, Rounding rounding, double apartFrom)
{
    const double percent = fraction * 100;
    int decimals = 2;
    double shown = roundedTo(percent, decimals, rounding);
    while (decimals < 5 && shown == apartFrom * 100)
        shown = roundedTo(percent, ++decimals, rounding);
    return trimmed(shown, decimals) + " %";
}

std::string millisecondsText(double ms, Rounding rounding)
{
    if (!std::isfinite(ms))
        return "unknown";
    const double size = std::abs(ms);
    const int decimals = size < 10 ? 2 : size < 100 ? 1 : 0;
    return trimmed(roundedTo(ms, decimals, rounding), decimals) + " ms";
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
