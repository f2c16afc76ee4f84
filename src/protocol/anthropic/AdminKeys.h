// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Anthropic's administration of an organization's keys, as bytes. Paths are below the base URL (without /v1) and need an admin key in
// x-api-key. It lists and changes keys; they are made in the Console alone.
namespace drover::anthropic {

inline constexpr std::string_view apiVersion = "2023-06-01";

enum class KeyStatus { active, inactive, archived, expired, unknown };

struct AdminKey {
    std::string id, name, hint; // hint: "sk-ant-api03-R2D...igAA"
    KeyStatus status = KeyStatus::unknown;
    WallTime createdAt{};
    std::optional<WallTime> expiresAt;
};
struct KeyPage {
    std::vector<AdminKey> items;
    std::string next;           // after_id of the page after; "" at the end
};

std::string keysPath(std::string_view after = {});
std::string keyPath(std::string_view id);
std::string statusBody(KeyStatus status);

// Errors: protocol.
Result<KeyPage> readKeys(std::string_view body);
Result<AdminKey> readKey(std::string_view body);

} // namespace drover::anthropic
