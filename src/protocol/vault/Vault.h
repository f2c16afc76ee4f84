// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "base/Time.h"
#include "protocol/openai/RateLimit.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What Drover asks of HashiCorp Vault or OpenBao, and what it makes of the answers: values only. Sending, the token
// (X-Vault-Token), deadlines and redirects (keep method and body) are VaultHttp's and VaultSession's business.
namespace drover::vault {

enum class KvVersion { one = 1, two = 2 };

struct Mount {
    std::string path = "secret"; // without slashes at its ends
    KvVersion version = KvVersion::two;
    bool operator==(const Mount&) const = default;
};

// `path` begins with /v1/ and is percent-encoded. X-Vault-Request goes with each; X-Vault-Namespace where one is set.
struct Request {
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> headers;
    Secret body; // JSON, or empty
};

// One entry: the secret under `api_key`, everything else beside it. KV v1 has no versions: they are counted in a
// field of the entry's own, `drover_version`.
struct Entry {
    Secret value;
    std::map<std::string, std::string> notes;
    std::uint64_t version = 0;
};
// What stands at a path: nothing (version 0: never written), a deleted or destroyed version, or an entry.
struct ReadReply {
    std::optional<Entry> entry;
    std::uint64_t version = 0; // what check-and-set has to name, also after a soft delete
};

// Names as they may stand in a path. Errors: invalidInput (empty parts, "." and "..", a full stop at the end, control
// characters), which Vault would redirect or refuse in ways of its own.
Result<void> checkPath(std::string_view path);

Request readRequest(const Mount& mount, std::string_view path, std::string_view nameSpace = {});
// Only if the current version is `expected` (0: only if never written). On KV v1 the caller has read just before.
Request writeRequest(const Mount& mount, std::string_view path, const Entry& entry, std::uint64_t expected,
                     std::string_view nameSpace = {});
// All versions and the metadata: final.
Request removeRequest(const Mount& mount, std::string_view path, std::string_view nameSpace = {});
Request listRequest(const Mount& mount, std::string_view folder, std::string_view nameSpace = {});
// Which KV version a mount has: the question Vault's own client asks before it reads.
Request mountRequest(std::string_view mount, std::string_view path, std::string_view nameSpace = {});
Request lookupSelfRequest(std::string_view nameSpace = {});
Request renewSelfRequest(std::string_view nameSpace = {});
Request healthRequest();

struct Reply {
    int status = 0;
    std::string_view body;
    HeaderLookup header; // for Retry-After; may be empty
};

Result<ReadReply> parseRead(const Mount& mount, const Reply& reply);
// The new version.
Result<std::uint64_t> parseWrite(const Mount& mount, const Reply& reply, std::uint64_t expected);
Result<void> parseRemove(const Reply& reply);
// Names in the folder, without sub-folders; none where there is no such folder.
Result<std::vector<std::string>> parseList(const Reply& reply);
Result<Mount> parseMount(const Reply& reply);

struct TokenInfo {
    std::vector<std::string> policies;
    Duration ttl{};          // 0 = never expires
    bool renewable = false;
};
Result<TokenInfo> parseLookupSelf(const Reply& reply);
// How long the token now lives: less than asked for where a maximum caps it.
Result<Duration> parseRenewSelf(const Reply& reply);

// Whatever status the health answer has. Errors: protocol.
struct Health {
    bool initialized = false;
    bool sealed = false;
    bool standby = false;
    std::string version;
};
Result<Health> parseHealth(const Reply& reply);
// sealed where it can serve nobody.
Result<void> checkHealth(const Health& health);

// The error of an answer with a status of 300 and above: unauthorized (no token, or a bad, expired or used-up one),
// forbidden (a policy, or no such mount: Vault does not say which), conflict (check-and-set), notFound, sealed,
// rateLimited, refused (not renewable), unavailable (upgrade, standby, audit, 5xx), invalidInput, protocol.
Error errorOf(const Reply& reply);

} // namespace drover::vault
