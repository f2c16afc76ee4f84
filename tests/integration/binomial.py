# SPDX-License-Identifier: Apache-2.0
"""The exact range in which a count may lie by chance alone."""
import math


def log_probability(k, n, p):
    if p in (0.0, 1.0):
        return 0.0 if k == round(n * p) else -math.inf
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)


def two_sided(k, n, p):
    """The probability, doubled, of a count at least as far out as k on its side."""
    lower = sum(math.exp(log_probability(i, n, p)) for i in range(0, k + 1))
    upper = sum(math.exp(log_probability(i, n, p)) for i in range(k, n + 1))
    return min(1.0, 2 * min(lower, upper))


def within(k, n, p, level=0.999):
    """Whether k of n lies in the central range of Binomial(n, p) at the level."""
    return two_sided(k, n, p) >= 1 - level
