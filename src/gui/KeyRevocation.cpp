// SPDX-License-Identifier: Apache-2.0
#include "gui/KeyRevocation.h"

#include <utility>

namespace drover::gui {
namespace {

constexpr Duration revokePatience = 60s; // for gateways to let go of it, and the provider to refuse it

} // namespace

Task<Result<void>> KeyRevocation::revoke(std::string id, std::string reason)
{
    if (run_.running() && id != id_)
        co_return Error{Errc::busy, "the key " + id_ + " is being revoked: one after the other", id_};
    Later<Result<void>>::Start start = [this, &id, &reason](Later<Result<void>>::Resolve resolve) {
        waiting_.push_back(std::move(resolve));
        if (!run_.running()) {
            id_ = id;
            run_ = Pending{service_.revoke(std::move(id), std::move(reason), revokePatience), [this](Result<KeyRecord> ended) {
                               over(ended.has_value() ? Result<void>{} : Result<void>{ended.error()});
                           }};
        }
        return std::shared_ptr<void>{};
    };
    Later<Result<void>> ended{std::move(start)};
    co_return co_await ended;
}

void KeyRevocation::over(const Result<void>& end)
{
    for (const auto& resolve : std::exchange(waiting_, {}))
        resolve(end);
}

} // namespace drover::gui
