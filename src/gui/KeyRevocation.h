// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/KeyRevokeService.h"

#include <functional>
#include <string>
#include <vector>

namespace drover::gui {

// A key that is ended at its provider. The run is the session's: the window that asked for it may be gone before it is over, and whoever
// asks for the same key meanwhile waits for that end. Destroying it breaks the run off; revoking the key again goes on there.
class KeyRevocation {
public:
    explicit KeyRevocation(app::Ports& ports) : service_(ports) {}

    // Errors: busy while another key is revoked here; as KeyRevokeService::revoke().
    Task<Result<void>> revoke(std::string id, std::string reason);
    // The key's id, "" where none is being revoked.
    std::string underWay() const { return run_.running() ? id_ : std::string{}; }

private:
    void over(const Result<void>& end);

    app::KeyRevokeService service_;
    std::string id_;
    std::vector<std::function<void(Result<void>)>> waiting_;
    Pending run_; // last: it ends before what it stands on
};

} // namespace drover::gui
