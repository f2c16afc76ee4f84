// SPDX-License-Identifier: Apache-2.0
#include "services/DashboardIssuer.h"

namespace drover {

Task<Result<MintedKey>> DashboardIssuer::mint(std::string, std::uint32_t, std::uint64_t, Deadline)
{
    co_return Error{Errc::unavailable, "a person makes this provider's keys: make one on its dashboard, and paste it", {}};
}

Task<Result<std::vector<IssuedKey>>> DashboardIssuer::list(Deadline)
{
    co_return Error{Errc::unavailable, "nobody but a person can list this provider's keys: look on its dashboard", {}};
}

Task<Result<void>> DashboardIssuer::revoke(std::string keyId, Deadline)
{
    co_return Error{Errc::unavailable, "a person ends this provider's keys: end it on the dashboard", std::move(keyId)};
}

} // namespace drover
