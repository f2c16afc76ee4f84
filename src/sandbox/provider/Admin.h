// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/provider/KeyBook.h"
#include "sandbox/provider/Reply.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

struct Call;

// The administration of the legacy provider's keys in the two forms it has: OpenAI's (service accounts and API keys of one project; an
// admin key as the bearer) and Anthropic's (list, get, and a status that is changed; an admin key in x-api-key). Both see the same keys.
class Admin {
public:
    Admin(KeyBook& keys, const Clock& clock);

    static bool isItsPath(std::string_view path);
    // Asked when an account and its key were made: whether the reply never comes.
    using MintLost = std::function<bool()>;
    Reply answer(const Call& call, const MintLost& mintLost);

    const std::string& project() const { return project_; }
    const std::string& openAiKey() const { return openAiKey_; }
    const std::string& anthropicKey() const { return anthropicKey_; }

private:
    struct Account {
        std::string id, name;
        WallTime createdAt{};
        std::string keyId;
    };
    Reply openAi(const Call& call, std::string_view rest, const MintLost& mintLost);
    Reply anthropic(const Call& call, std::string_view rest);
    Reply makeAccount(const Call& call, const MintLost& mintLost);
    Reply listAccounts(std::string_view query) const;
    Reply listKeys(std::string_view query) const;
    Reply eraseAccount(std::string_view id);
    Reply eraseKey(std::string_view id);
    Reply changeStatus(std::string_view id, std::string_view body);
    std::string statusOf(const IssuedKeyState& key) const;
    std::string anthropicKeyJson(const IssuedKeyState& key) const;

    KeyBook& keys_;
    const Clock& clock_;
    Random ids_;
    std::string project_, openAiKey_, anthropicKey_;
    std::vector<Account> accounts_;               // as made
    std::map<std::string, std::string> statuses_; // Anthropic's, by key id, where it was changed
};

} // namespace drover::sandbox
