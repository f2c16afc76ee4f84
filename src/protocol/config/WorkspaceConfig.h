// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/migration/Policy.h"
#include "domain/traffic/Limiter.h"
#include "protocol/vault/Login.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A setting that is a secret holds a reference to one: "secret:NAME", "env:NAME" or "file:PATH".
struct SecretRef {
    enum class Kind { none, store, environment, file };
    Kind kind = Kind::none;
    std::string name;
    bool operator==(const SecretRef&) const = default;
};

struct TargetConfig {
    std::string name;
    std::string openai;      // base URL with /v1
    std::string anthropic;   // base URL without
    std::map<std::string, std::string> regions; // us-east -> base URL (OpenAI form)
    std::string caFile;
    std::string httpProxy;   // "http://proxy:3128", without user name and password
    std::map<std::string, std::string> models;  // client's name -> this target's name
    std::string priceBook;
    // Who makes, lists and ends its keys.
    struct Issuer {
        enum class Kind { automatic, holysheep, openai, anthropic, person };
        Kind kind = Kind::automatic;
        std::string project; // OpenAI's, whose service accounts hold the keys
        SecretRef adminKey;
        bool operator==(const Issuer&) const = default;
    } issuer;
    // What goes to it in a minute, for each key and model; nothing is limited where drover.toml has no such table.
    struct Limits {
        bool playbook = false;            // the playbook's table, for models that have no rule of their own here
        std::map<std::string, RateRule, std::less<>> models; // by the target's name of the model
        std::optional<RateRule> others;   // of a model in neither
        Duration wait{};                  // how long a request may be kept for its turn before it is refused
        bool operator==(const Limits&) const = default;
        RateRule of(std::string_view model) const;
        bool any() const { return playbook || others || !models.empty(); }
    } limits;
};

// Never automatic. By itself: HolySheep's API for the target holysheep and the vendor's hosts, an admin API of OpenAI or Anthropic at
// their own hosts where an admin key is set (for OpenAI with a project), else a person.
TargetConfig::Issuer::Kind issuerKind(const TargetConfig& target);
std::string_view issuerKindName(TargetConfig::Issuer::Kind kind);
// The admin key's reference: as set, else OPENAI_ADMIN_KEY or ANTHROPIC_ADMIN_KEY of the environment; none for a person's.
SecretRef issuerKey(const TargetConfig& target);

struct WorkspaceConfig {
    enum class Environment { dev, stage, prod };
    enum class SecretBackend { keychain, vault, aws, gcp, azure };
    enum class Bodies { none, diverged, sampled };

    std::string id;                     // [workspace] id = "w_…", made by init
    std::string name;
    Environment environment = Environment::dev;
    // [workspace] sandbox = true: made by demo or for the sandbox. No consent is needed, and demo writes over the
    // targets; so every target must be an address of this machine, or the file is refused.
    bool sandbox = false;
    std::string policy = "playbook";    // playbook, rehearsal, or a file
    std::map<std::string, TargetConfig> targets; // "legacy" and "holysheep" by default
    SecretBackend secrets = SecretBackend::keychain;
    struct Vault {
        std::string address, vaultNamespace, mount = "secret", path = "holysheep", caFile;
        vault::AuthMethod auth = vault::AuthMethod::token;
        std::string authMount;             // below auth/; empty: the method's own name
        SecretRef token;
        std::string roleId;                // approle
        SecretRef secretId;
        bool secretIdWrapped = false;      // the secret id comes in a wrapping token
        bool keepInMemory = false;         // an unwrapped one is kept by the process alone, not in the OS keychain
        std::string username;              // userpass
        SecretRef password;
        std::string role;                  // kubernetes, jwt; oidc: empty = the mount's default
        std::uint16_t callbackPort = 8250; // oidc: on this machine, for the browser that comes back
        SecretRef jwt;                     // kubernetes: none = the pod's own
        bool operator==(const Vault&) const = default;
    } vault;
    struct Aws {
        std::string region, endpoint, accessKeyId, prefix = "holysheep", caFile;
        SecretRef secretAccessKey, sessionToken;
        bool operator==(const Aws&) const = default;
    } aws;
    struct Gcp {
        std::string project, endpoint, prefix = "holysheep", caFile;
        SecretRef credentials; // the JSON of a service account's key
        bool operator==(const Gcp&) const = default;
    } gcp;
    struct Azure {
        std::string vaultUrl, tenant, clientId, authority, prefix = "holysheep", caFile;
        SecretRef clientSecret;
        bool operator==(const Azure&) const = default;
    } azure;
    struct Redis {
        std::string url, user, caFile; // no url: no Redis
        SecretRef password;
        bool operator==(const Redis&) const = default;
    } redis;
    struct Gateway {
        std::string listen = "127.0.0.1:8080";
        std::string adminListen = "127.0.0.1:8081";
        std::string defaultTarget = "legacy";
        std::vector<std::string> sticky;    // header names tried before the body's fields
        Bodies bodies = Bodies::none;
        std::string tls;                    // "", "terminated-in-front"
        bool operator==(const Gateway&) const = default;
    } gateway;
    std::string rotationSchedule;       // [rotation] schedule: before the policy's; "" = the policy's, "off" = none
    struct Retention {
        std::uint32_t requestsDays = 30, evidenceDays = 90, bodiesHours = 24;
        bool operator==(const Retention&) const = default;
    } retention;
};

// Reads drover.toml. `file` is its path, for `where` ("drover.toml:12: targets.legacy.openai"). Errors: invalidInput.
// Unknown tables and keys are ignored here and listed in `unknown`. A user name or password in a URL is refused in every
// setting, query and fragment in those that are base URLs, and neither is repeated in the error.
Result<WorkspaceConfig> parseConfig(std::string_view toml, std::string_view file, std::vector<std::string>* unknown = nullptr);
// A new workspace's drover.toml, with comments, for the given values.
std::string writeConfig(const WorkspaceConfig& config);
// Changes one dotted key ("gateway.listen") in the text, keeping comments and order; adds it where it is missing.
// The result is parsed again before it is returned. Errors: invalidInput.
Result<std::string> setConfigValue(std::string_view toml, std::string_view key, std::string_view value, std::string_view file);
Result<std::string> getConfigValue(std::string_view toml, std::string_view key, std::string_view file);

Result<SecretRef> parseSecretRef(std::string_view text);
std::string writeSecretRef(const SecretRef& ref);

// A policy file. Errors: invalidInput with file, line and field; contradictions are named with their arithmetic
// (steps that do not rise, a share of 0 or 1 as a step, a limit outside 0..1, an again above 1).
Result<MigrationPolicy> parsePolicy(std::string_view toml, std::string_view file);

} // namespace drover
