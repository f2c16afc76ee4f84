// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Result.h"
#include "base/Secret.h"
#include "ports/Task.h"
#include "protocol/redis/Redis.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace drover {

struct RedisSettings {
    redis::Address address;
    std::string caFile; // PEM; trusted instead of the system's authorities
};

// One connection to Redis for the Qt programs, made when it is needed and made anew after it was lost. Commands of
// several tasks share it, in order. TLS is always verified. Errors of every call: timeout; network (no connection, or
// lost before the reply: the command may have been carried out); those of redis::errorOf(); invalidInput (the ca_file).
class RedisClient {
public:
    // Asked for each connection; an empty Secret where there is none.
    using PasswordSource = std::function<Task<Result<Secret>>(Deadline deadline)>;
    RedisClient(RedisSettings settings, PasswordSource password);
    ~RedisClient();
    RedisClient(const RedisClient&) = delete;
    RedisClient& operator=(const RedisClient&) = delete;

    // An error reply is an Error. Destroying the task drops the reply; a command that was sent stays sent.
    Task<Result<redis::Reply>> command(std::vector<std::string> words, Deadline deadline);
    // All of them between MULTI and EXEC: the replies of each. Errors: conflict (nothing was done).
    Task<Result<std::vector<redis::Reply>>> transaction(std::vector<std::vector<std::string>> commands, Deadline deadline);
    // PING with the login: is it there, and are the credentials good?
    Task<Result<void>> check(Deadline deadline);

private:
    class Connection;
    Task<Result<redis::Reply>> exchange(std::vector<std::vector<std::string>> commands, Deadline deadline);
    Task<Result<std::shared_ptr<Connection>>> connection(Deadline deadline);

    RedisSettings settings_;
    PasswordSource password_;
    std::shared_ptr<Connection> connection_;
};

} // namespace drover
