// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "main/LiveWorkspace.h"
#include "services/RedisKeys.h"

#include <memory>

namespace drover {

// The sealed keys' way to gateways through Redis: of REDIS_URL for this run, else of [redis] in drover.toml.
class RedisWay {
public:
    // Null where there is none. `files` keeps everything but the keys; both stores outlive this. Errors: invalidInput naming the
    // setting or REDIS_URL.
    static Result<std::unique_ptr<RedisWay>> make(const WorkspaceConfig& config, const std::filesystem::path& folder, SecretStore& secrets,
                                                  RoutingStore& files);
    RedisKeys& routing() { return keys_; }
    // For a gateway's pipe: the URL with user and password.
    Task<Result<Secret>> login(Deadline deadline);

private:
    struct Source;
    RedisWay(std::shared_ptr<Source> source, RedisSettings settings, SecretStore& secrets, RoutingStore& files);

    std::shared_ptr<Source> source_;
    RedisClient client_;
    RedisKeys keys_;
};

} // namespace drover
