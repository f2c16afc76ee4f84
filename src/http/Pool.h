// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Connection.h"

#include "base/Clock.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drover::http {

// Idle connections by origin; the one used last is taken first, so that the others may grow old and go.
class Pool {
public:
    Pool(std::size_t perOrigin, Duration idleTime) : perOrigin_(perOrigin), idleTime_(idleTime) {}

    // Null when none is left that looks alive.
    std::unique_ptr<Connection> take(std::string_view origin);
    void give(const std::string& origin, std::unique_ptr<Connection> connection);
    std::size_t idle() const;

private:
    std::size_t perOrigin_;
    Duration idleTime_;
    std::map<std::string, std::vector<std::unique_ptr<Connection>>, std::less<>> idle_;
};

} // namespace drover::http
