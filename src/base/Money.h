// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

// 128 bits are a compiler extension; this is the one place that names it.
__extension__ typedef __int128 Int128;

// An exact amount of one currency, counted in 10^-12 of its unit: a price per million tokens with six decimals is
// still exact per token. Never binary floating point. Range about ±1.7·10^26 units.
class Money {
public:
    Money() = default;

    // "12.345678", "-0.5", "7": up to 12 decimals. Errors: invalidInput for anything else (exponents, 13 decimals).
    static Result<Money> parse(std::string_view amount, std::string_view currency = "USD");
    static Money ofPicos(Int128 picos, std::string_view currency = "USD");

    Int128 picos() const { return picos_; }
    std::string_view currency() const { return {currency_, 3}; }
    bool isZero() const { return picos_ == 0; }

    // The contract's form: at least 2 and at most 6 decimals, rounded half to even; "12.345678", "0.50".
    std::string amount() const;
    // For people: "$1,234.57" / "¥1,234.57" / "1,234.57 EUR", 2 decimals, or 4 below one unit.
    std::string display() const;
    // For charts and ratios only.
    double approximate() const { return double(picos_) / 1e12; }

    // Both sides must be of one currency; mixing them is a defect of the caller and aborts.
    Money& operator+=(const Money& other);
    Money& operator-=(const Money& other);
    friend Money operator+(Money a, const Money& b) { return a += b; }
    friend Money operator-(Money a, const Money& b) { return a -= b; }
    Money operator*(std::int64_t factor) const;
    // This amount per million, for `tokens` tokens: exact unless the price has more than 6 decimals (rounded to even).
    Money perMillion(std::int64_t tokens) const;
    // Scaled by a ratio, rounded to the nearest pico: for projections, which are estimates anyway.
    Money scaled(double factor) const;

    bool operator==(const Money& other) const;
    std::strong_ordering operator<=>(const Money& other) const;

private:
    Int128 picos_ = 0;
    char currency_[4] = {'U', 'S', 'D', 0};
};

} // namespace drover
