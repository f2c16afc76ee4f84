// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "sandbox/vault/VaultVersion.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

struct SandboxOptions {
    std::string workspace;
    std::string scenario;
    std::uint64_t seed = 1;
    std::optional<std::uint16_t> portBase; // absent or 0: any free ports
    std::string cloudCertificate;          // PEM; with a key, the stand-ins for clouds speak https
    std::string cloudKey;
    VaultVersion vaultVersion;
};
// Errors: invalidInput; `where` is the option.
Result<SandboxOptions> readSandboxOptions(std::span<const std::string_view> arguments);

struct LoadOptions {
    std::string trace;
    std::string target;               // base URL with /v1
    double rate = 0;                  // requests a second; 0 = the trace's own
    double seconds = 0;               // 0 = until it is told to end
    double streamShare = 0;
    std::uint64_t users = 0;          // 0 = each request a user of its own
    std::string model = "gpt-4.1";
    std::string log;                  // one line a request; "" = none
    std::optional<std::uint64_t> seed; // of the users' names and the choice of what is streamed
    double patience = 15;             // seconds that what is outstanding at the end may still take; no option
};
Result<LoadOptions> readLoadOptions(std::span<const std::string_view> arguments);

std::string_view sandboxUsage();

} // namespace drover::sandbox
