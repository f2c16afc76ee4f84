// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

namespace drover {

// How much may be tried again, so that retries do not multiply the load on a provider that is down: gRPC's retry
// throttling (proposal A6, "Throttling Retry Attempts and Hedged RPCs"). A failure takes one token, a success gives
// back a tenth, and nothing is tried again with half of the tokens gone: a short fault is retried, an outage is not.
class RetryBudget {
public:
    static constexpr double most = 10;
    static constexpr double perSuccess = 0.1;

    bool allows() const { return tokens_ > most / 2; }
    void succeeded() { tokens_ = std::min(most, tokens_ + perSuccess); }
    void failed() { tokens_ = std::max(0.0, tokens_ - 1); }

private:
    double tokens_ = most;
};

} // namespace drover
