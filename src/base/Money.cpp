// SPDX-License-Identifier: Apache-2.0
#include "base/Money.h"

#include <cmath>
#include <cstdlib>

namespace drover {
namespace {

constexpr Int128 unit = 1'000'000'000'000;

Int128 divideToEven(Int128 value, Int128 by)
{
    Int128 quotient = value / by;
    const Int128 rest = value % by;
    const Int128 twice = rest < 0 ? -rest * 2 : rest * 2;
    if (twice > by || (twice == by && quotient % 2 != 0))
        quotient += value < 0 ? -1 : 1;
    return quotient;
}

std::string digits(Int128 value)
{
    std::string out;
    do {
        out.insert(out.begin(), char('0' + int(value % 10)));
        value /= 10;
    } while (value != 0);
    return out;
}

// `value` in 10^-decimals units as "123.45", with the sign.
std::string fixed(Int128 value, std::size_t decimals)
{
    const bool negative = value < 0;
    std::string out = digits(negative ? -value : value);
    if (out.size() <= decimals)
        out.insert(0, decimals + 1 - out.size(), '0');
    if (decimals > 0)
        out.insert(out.size() - decimals, ".");
    return negative ? "-" + out : out;
}

std::string grouped(std::string number)
{
    const std::size_t first = number.front() == '-' ? 1 : 0;
    std::size_t at = number.find('.');
    if (at == std::string::npos)
        at = number.size();
    while (at > first + 3) {
        at -= 3;
        number.insert(at, ",");
    }
    return number;
}

Error badAmount(std::string_view text)
{
    return {Errc::invalidInput, "not an amount of money: \"" + std::string(text.substr(0, 40)) + "\"", {}};
}

} // namespace

Result<Money> Money::parse(std::string_view amount, std::string_view currency)
{
    std::string_view rest = amount;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative)
        rest.remove_prefix(1);
    const auto dot = rest.find('.');
    const std::string_view whole = rest.substr(0, dot);
    const std::string_view decimals = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    if (whole.empty() || whole.size() > 24 || decimals.size() > 12 || currency.size() != 3 ||
        (dot != std::string_view::npos && decimals.empty()))
        return badAmount(amount);
    Int128 picos = 0;
    for (const char c : whole) {
        if (c < '0' || c > '9')
            return badAmount(amount);
        picos = picos * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < 12; ++i) {
        const char c = i < decimals.size() ? decimals[i] : '0';
        if (c < '0' || c > '9')
            return badAmount(amount);
        picos = picos * 10 + (c - '0');
    }
    return ofPicos(negative ? -picos : picos, currency);
}

Money Money::ofPicos(Int128 picos, std::string_view currency)
{
    if (currency.size() != 3)
        std::abort();
    Money money;
    money.picos_ = picos;
    currency.copy(money.currency_, 3);
    return money;
}

std::string Money::amount() const
{
    std::string out = fixed(divideToEven(picos_, 1'000'000), 6);
    while (out.back() == '0' && out[out.size() - 3] != '.')
        out.pop_back();
    return out;
}

std::string Money::display() const
{
    const Int128 size = picos_ < 0 ? -picos_ : picos_;
    const bool small = size != 0 && size < unit;
    std::string out = grouped(small ? fixed(divideToEven(picos_, unit / 10'000), 4)
                                    : fixed(divideToEven(picos_, unit / 100), 2));
    const std::string_view sign = currency() == "USD" ? "$" : currency() == "CNY" ? "¥" : "";
    if (sign.empty())
        return out + " " + std::string(currency());
    return out.insert(out.front() == '-' ? 1 : 0, sign);
}

Money& Money::operator+=(const Money& other)
{
    if (currency() != other.currency())
        std::abort();
    picos_ += other.picos_;
    return *this;
}

Money& Money::operator-=(const Money& other)
{
    if (currency() != other.currency())
        std::abort();
    picos_ -= other.picos_;
    return *this;
}

Money Money::operator*(std::int64_t factor) const
{
    return ofPicos(picos_ * factor, currency());
}

Money Money::perMillion(std::int64_t tokens) const
{
    return ofPicos(divideToEven(picos_ * tokens, 1'000'000), currency());
}

Money Money::scaled(double factor) const
{
    return ofPicos(static_cast<Int128>(std::nearbyint(double(picos_) * factor)), currency());
}

bool Money::operator==(const Money& other) const
{
    return picos_ == other.picos_ && currency() == other.currency();
}

std::strong_ordering Money::operator<=>(const Money& other) const
{
    if (currency() != other.currency())
        std::abort();
    return picos_ < other.picos_   ? std::strong_ordering::less
           : picos_ > other.picos_ ? std::strong_ordering::greater
                                   : std::strong_ordering::equal;
}

} // namespace drover
