// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/vault/VaultTypes.h"
#include "sandbox/vault/VaultVersion.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drover::sandbox {

// What lies behind a mount.
class VaultEngine {
public:
    virtual ~VaultEngine() = default;
    virtual VaultAnswer handle(const EngineCall& call) = 0;
    // Whether a write to the path would change something that is there: the right `update`, else `create`.
    virtual bool exists(std::string_view path) const = 0;
};

// KV version 1: a map of maps.
class Kv1 final : public VaultEngine {
public:
    Kv1(const Clock& clock, Random& ids, const VaultVersion& version) : clock_(clock), ids_(ids), version_(version) {}
    VaultAnswer handle(const EngineCall& call) override;
    bool exists(std::string_view path) const override { return secrets_.contains(path); }
    const std::map<std::string, Json, std::less<>>& secrets() const { return secrets_; }

private:
    VaultAnswer write(const EngineCall& call);

    const Clock& clock_;
    Random& ids_;
    const VaultVersion& version_;
    std::map<std::string, Json, std::less<>> secrets_;
};

// KV version 2: versions, check-and-set, soft deletion (protocols.md 3; recorded answers in vault-transcripts.jsonl).
class Kv2 final : public VaultEngine {
public:
    Kv2(const Clock& clock, Random& ids, const VaultVersion& version) : clock_(clock), ids_(ids), version_(version) {}
    VaultAnswer handle(const EngineCall& call) override;
    bool exists(std::string_view path) const override;
    // The upgrade of a mount: each value becomes version 1.
    void takeOver(const Kv1& first);

private:
    struct Version {
        Json data;
        WallTime created{};
        std::optional<WallTime> deletion;
        bool destroyed = false;
    };
    struct Settings {
        std::int64_t maxVersions = 0; // 0 = 10
        bool casRequired = false;
        std::int64_t deleteAfterS = 0;
        Json custom; // since 1.9
    };
    struct Secret {
        Settings settings;
        std::int64_t current = 0;
        std::int64_t oldest = 0;
        WallTime created{};
        WallTime updated{};
        std::map<std::int64_t, Version> versions;
    };

    VaultAnswer data(const EngineCall& call, const std::string& key);
    VaultAnswer read(const EngineCall& call, const std::string& key);
    VaultAnswer write(const EngineCall& call, const std::string& key);
    std::optional<VaultAnswer> refuseCas(const Json& options, const Secret* secret) const;
    VaultAnswer store(const std::string& key, const Json& value);
    VaultAnswer patch(const EngineCall& call, const std::string& key);
    VaultAnswer subkeys(const std::string& key);
    std::string customField(const Secret& secret) const;
    VaultAnswer versions(std::string_view what, const EngineCall& call, const std::string& key);
    VaultAnswer metadata(const EngineCall& call, const std::string& key);
    VaultAnswer readMetadata(const Secret& secret);
    VaultAnswer config(const EngineCall& call);
    VaultAnswer list(std::string_view prefix);
    std::optional<VaultAnswer> readSettings(const Json& fields, Settings& settings) const;
    Envelope envelope();

    const Clock& clock_;
    Random& ids_;
    const VaultVersion& version_;
    Settings config_;
    std::map<std::string, Secret, std::less<>> secrets_;
};

} // namespace drover::sandbox
