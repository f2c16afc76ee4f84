// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// One variable of a .env file. Every value may be a secret.
struct DotEnvEntry {
    std::string name;
    Secret value;         // "" for NAME=
    std::size_t line = 0; // where it begins, from 1
};

// Reads a .env file as the common readers do: NAME=value, `export` before it, comments, empty lines; 'single' and
// `backtick` quotes take everything literally, "double" quotes know \n \r \t \" \\ \$ \`, quoted values may have several
// lines, and what is not quoted ends at white space followed by #. References to other variables are not followed. A name that stands twice comes twice,
// in the file's order. Errors: invalidInput with "file:line"; no error repeats anything of the line.
Result<std::vector<DotEnvEntry>> parseDotEnv(std::string_view text, std::string_view file);

} // namespace drover
