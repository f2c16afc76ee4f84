// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/keys/SealedKey.h"
#include "gateway/WatchedFile.h"

#include <filesystem>
#include <string>

namespace drover::gateway {

// Where the sealed keys come from: keys.json, or Redis.
class KeySource {
public:
    virtual ~KeySource() = default;

    // Whether there are others since the last read(); true at the first.
    virtual bool changed() = 0;
    // None where there never were any. Errors: whatever keeps the last ones in force; then the next changed() tells when to try again.
    virtual Result<SealedKeys> read() = 0;
    // For messages: "…/keys.json", or "holysheep:keys:encrypted at host:port".
    virtual std::string place() const = 0;
    // What is wrong with the source at this moment, or "".
    virtual std::string problem() const { return {}; }
};

class FileKeySource final : public KeySource {
public:
    explicit FileKeySource(std::filesystem::path file) : file_(std::move(file)) {}

    bool changed() override { return file_.changed(); }
    Result<SealedKeys> read() override;
    std::string place() const override { return file_.path().string(); }

private:
    WatchedFile file_;
    bool seen_ = false; // it was there once: if it goes, the last keys stay
};

} // namespace drover::gateway
