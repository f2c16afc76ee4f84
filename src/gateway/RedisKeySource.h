// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Log.h"
#include "base/Secret.h"
#include "gateway/KeySource.h"
#include "protocol/redis/Redis.h"

#include <memory>
#include <set>
#include <string>

namespace drover::http {
class Loop;
}

namespace drover::gateway {

struct RedisSource {
    redis::Login login;
    std::string caFile; // PEM, instead of the system's authorities
};

// The sealed keys in Redis' hash holysheep:keys:encrypted, asked for again and again on the loop; no request ever waits for it. While
// Redis is away, or has lost them, the last ones stay, which problem() and the log say.
class RedisKeySource final : public KeySource {
public:
    static constexpr Duration askEvery = 250ms;
    static constexpr Duration againAfter = 1s;     // after a failure
    static constexpr Duration answerWithin = 3s;

    // `keks`: the ids of the key-encryption keys of this gateway, which tell its workspace's keys from those of others.
    RedisKeySource(http::Loop& loop, Log& log, RedisSource redis, std::set<std::string> keks);
    ~RedisKeySource() override;

    // The first look, before anything else runs: ends with an answer or within answerWithin. Errors: what only an operator can mend
    // (unauthorized, forbidden, invalidInput, protocol). A Redis that is away is a problem(), and looked for again.
    Result<void> begin();
    // Goes on on the loop.
    void follow();

    bool changed() override;
    Result<SealedKeys> read() override;
    std::string place() const override;
    std::string problem() const override;

private:
    struct State;
    std::shared_ptr<State> state_; // what runs on the loop may outlive this
    http::Loop& loop_;
};

} // namespace drover::gateway
