// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <filesystem>
#include <span>
#include <string>

namespace drover::gateway {

// drover-gateway --workspace DIR | --config FILE [--listen A] [--admin-listen A] [--id ID] --kek-fd N|--kek-file FILE
// [--redis-fd N|--redis-file FILE]
struct Arguments {
    std::filesystem::path config; // drover.toml; its folder is the workspace
    std::string listen;           // "" = as in drover.toml
    std::string adminListen;
    std::string id;               // "" = made
    int kekDescriptor = -1;
    std::filesystem::path kekFile;
    int redisDescriptor = -1;
    std::filesystem::path redisFile;
    bool help = false;
    bool version = false;
};

// Errors: invalidInput naming the option.
Result<Arguments> parseArguments(std::span<const char* const> arguments);
std::string_view usageText();

} // namespace drover::gateway
