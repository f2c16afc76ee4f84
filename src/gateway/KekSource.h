// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "protocol/routing/Sealing.h"

#include <filesystem>
#include <vector>

namespace drover::gateway {

// The key-encryption keys, one line "<kek id> <base64>" each. Errors: invalidInput, io.
// Reads the descriptor to its end and closes it.
Result<std::vector<Kek>> readKekDescriptor(int descriptor);
// A file that group or others can read is refused (invalidInput).
Result<std::vector<Kek>> readKekFile(const std::filesystem::path& file);

} // namespace drover::gateway
