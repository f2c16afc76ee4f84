// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Log.h"
#include "gateway/WatchedFile.h"
#include "http/Head.h"
#include "protocol/routing/Tokens.h"

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drover::gateway {

// Who may ask: the client tokens of gateway/tokens.json, by their hashes. A token that is taken out of the file holds
// no longer at the next look.
class TokenGuard {
public:
    TokenGuard(const Clock& clock, Log& log, std::filesystem::path file);

    // Errors: invalidInput naming file and field.
    Result<void> start();
    // Asks the file again; a broken or vanished one leaves the last tokens in force.
    void look();

    struct Client {
        std::string name;
        std::uint64_t hash = 0; // of the token, for sticky keys
        std::shared_ptr<const ClientToken> token;
    };
    // The client of a request, by "Authorization: Bearer" or "x-api-key"; nothing where no valid token is given.
    std::optional<Client> clientOf(const http::Head& head) const;
    static bool mayUse(const Client& client, std::string_view model);
    // Counts a request against the token's rate; nothing, or how long it must wait.
    std::optional<Duration> waitFor(const Client& client);

    std::size_t size() const { return tokens_.size(); }

private:
    Result<void> read();

    const Clock& clock_;
    Log& log_;
    WatchedFile file_;
    bool seen_ = false; // the file was there once
    std::map<std::string, std::shared_ptr<const ClientToken>, std::less<>> tokens_;
    std::map<std::string, std::deque<SteadyTime>, std::less<>> recent_; // of tokens with a rate, by hash
};

} // namespace drover::gateway
