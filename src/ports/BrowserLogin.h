// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"

#include <functional>
#include <optional>
#include <string>

namespace drover {

// A login that needs a person at a browser. It never begins by itself: a call of the store that lacks it is `unauthorized`.
class BrowserLogin {
public:
    virtual ~BrowserLogin() = default;

    struct Done {
        std::optional<WallTime> until; // when it ends, unless it is renewed; nothing: never
        std::optional<Error> notKept;  // why it lives no longer than this program
    };
    // Would a call find a login, of this process or kept by an earlier one? Errors: unauthorized, and those of what keeps it.
    virtual Task<Result<void>> checkLogin(Deadline deadline) = 0;
    // Can a login be kept beyond this program? Errors: those of what keeps it.
    virtual Task<Result<void>> checkKeeping(Deadline deadline) = 0;
    // Hands the address to log in at to `show`, which opens it or says it, and waits for the browser to come back, two minutes
    // at most. Destroying the task frees the port. Errors: busy (the port), timeout, unauthorized, refused, those of the store.
    using Show = std::function<void(const std::string& address)>;
    virtual Task<Result<Done>> logIn(Show show) = 0;
};

} // namespace drover
