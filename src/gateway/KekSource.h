// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "protocol/redis/Redis.h"
#include "protocol/routing/Sealing.h"

#include <filesystem>
#include <vector>

// What a gateway is given once, at its start: by a pipe or a file, never by argument or environment. A descriptor is read to
// its end and closed; a file that group or others can read is refused (invalidInput).
namespace drover::gateway {

// The key-encryption keys, one line "<kek id> <base64>" each. Errors: invalidInput, io.
Result<std::vector<Kek>> readKekDescriptor(int descriptor);
Result<std::vector<Kek>> readKekFile(const std::filesystem::path& file);

// The Redis that has the sealed keys, one line as REDIS_URL has it. Errors: invalidInput, io.
Result<redis::Login> readRedisDescriptor(int descriptor);
Result<redis::Login> readRedisFile(const std::filesystem::path& file);

// A password alone, without the newline at its end. Errors: invalidInput, io.
Result<Secret> readPasswordFile(const std::filesystem::path& file);

} // namespace drover::gateway
