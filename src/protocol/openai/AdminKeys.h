// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "base/Time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// OpenAI's administration of a project's keys, as bytes. Paths are below the base URL (which has /v1) and need an admin key as the
// bearer. The one way to make a key is a service account: its key is shown once, in the answer.
namespace drover::openai {

struct ServiceAccount {
    std::string id, name;
    WallTime createdAt{};
};
struct AccountMade {
    ServiceAccount account;
    std::string keyId;
    Secret key;
};
struct ProjectKey {
    std::string id, name, hint;       // hint: "sk-abc...def"
    std::optional<ServiceAccount> account; // whose it is; nothing where it is a person's
    WallTime createdAt{};
    std::optional<WallTime> lastUsedAt;
};
template <class Item>
struct Page {
    std::vector<Item> items;
    std::string next;                 // the cursor of the page after; "" at the end
};

std::string mintPath(std::string_view project);
std::string accountsPath(std::string_view project, std::string_view after = {});
std::string accountPath(std::string_view project, std::string_view id);
std::string keysPath(std::string_view project, std::string_view after = {});
std::string keyPath(std::string_view project, std::string_view id);
std::string accountBody(std::string_view name);

// Errors: protocol. The body is wiped, since the key is in it.
Result<AccountMade> readAccountMade(std::string& body);
Result<Page<ServiceAccount>> readAccounts(std::string_view body);
Result<Page<ProjectKey>> readKeys(std::string_view body);

} // namespace drover::openai
