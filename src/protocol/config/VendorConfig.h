// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "base/Time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A key of the vendor's own settings.
struct VendorKey {
    std::string field;  // where it stands: "api_key", "profiles.work.api_key", "keys[1].api_key"
    std::string id;     // the provider's id, "" where it is not given
    std::string name;   // "work"
    Secret key;
    std::optional<WallTime> createdAt;
    std::optional<WallTime> expiresAt;
};

// Reads ~/.holysheep/config.json, where the vendor's command line keeps its key in clear. Its form is not published, so what is
// likely is taken: a key is a text named api_key, apiKey, key or HOLYSHEEP_API_KEY, beside it id, key_id or keyId, name or label,
// created_at or createdAt, expires_at or expiresAt; in the outermost object, in `holysheep` or `auth`, in each member of
// `profiles`, and in each item of `keys` (a list or named), where a bare text is a key too. Everything else is passed over. Errors: invalidInput,
// naming the field that should be a text; nothing of the file is repeated.
Result<std::vector<VendorKey>> parseVendorConfig(std::string_view json, std::string_view file);

} // namespace drover
