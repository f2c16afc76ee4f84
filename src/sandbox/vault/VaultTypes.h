// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/json/Json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover::sandbox {

struct VaultRequest {
    std::string_view method;
    std::string_view target;      // path and query as they came
    std::optional<std::string> token; // X-Vault-Token or Authorization: Bearer; absent where there is no such header
    std::string_view contentType;
    std::string_view body;
    std::optional<std::string> wrapTtl = {}; // X-Vault-Wrap-TTL
    bool noForwarding = false;               // X-Vault-No-Request-Forwarding
};

struct VaultAnswer {
    int status = 200;
    std::string body;
    std::string contentType = "application/json";
    std::string location; // of a redirect
    std::vector<std::pair<std::string, std::string>> headers; // others
};

enum class VaultVerb { read, list, update, patch, remove, head, options, other };

// What an engine behind a mount gets: the path below the mount, the query and the body's fields.
struct EngineCall {
    VaultVerb verb = VaultVerb::read;
    std::string path;
    std::map<std::string, std::string, std::less<>> query;
    Json fields; // of the body; null without one
    bool isMergePatch = false; // by its content type
};

// {"errors":[…]}; no text gives the empty list that Vault uses for "not found" and more.
VaultAnswer vaultErrors(int status, std::string_view text = {});
// The form of errors an engine has not foreseen: "1 error occurred:\n\t* …\n\n".
VaultAnswer vaultFailure(int status, std::string_view text);
VaultAnswer vaultDone(); // 204

// The envelope around `data`, `warnings` and `auth`, each JSON text or "null".
struct Envelope {
    std::string requestId;
    std::string data = "null";
    std::string warnings = "null";
    std::string auth = "null";
    std::int64_t leaseDuration = 0;
};
VaultAnswer vaultEnvelope(int status, const Envelope& envelope);

// "1s", "2m", "90" or a number: seconds, as Vault's fields take durations.
std::optional<std::int64_t> vaultSeconds(const Json& value);
// "1h", "2m", "90s".
std::string shortSeconds(std::int64_t seconds);

} // namespace drover::sandbox
