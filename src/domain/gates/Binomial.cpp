// SPDX-License-Identifier: Apache-2.0
#include "domain/gates/Binomial.h"

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>

namespace drover {
namespace {

// No exceptions (the arguments are checked here), and no detour over long double: 1e-14 is exact enough for counts.
using BetaPolicy = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
    boost::math::policies::promote_double<false>>;

} // namespace

double binomialAtLeast(std::uint64_t k, std::uint64_t n, double p)
{
    if (k == 0 || p >= 1)
        return k <= n ? 1 : 0;
    if (k > n || !(p > 0))
        return 0;
    return boost::math::ibeta(double(k), double(n - k) + 1, p, BetaPolicy{});
}

double binomialAtMost(std::uint64_t k, std::uint64_t n, double p)
{
    if (k >= n || !(p > 0))
        return 1;
    if (p >= 1)
        return 0;
    return boost::math::ibetac(double(k) + 1, double(n - k), p, BetaPolicy{});
}

double upperBound(std::uint64_t errors, std::uint64_t n, double confidence)
{
    if (errors >= n)
        return 1;
    if (errors == 0)
        return -std::expm1(std::log1p(-confidence) / double(n));
    return boost::math::ibeta_inv(double(errors) + 1, double(n - errors), confidence, BetaPolicy{});
}

double lowerBound(std::uint64_t errors, std::uint64_t n, double confidence)
{
    if (errors == 0 || n == 0)
        return 0;
    if (errors >= n)
        return std::exp(std::log1p(-confidence) / double(n));
    return boost::math::ibeta_inv(double(errors), double(n - errors) + 1, 1 - confidence, BetaPolicy{});
}

} // namespace drover
