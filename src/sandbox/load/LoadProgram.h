// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

namespace drover::sandbox {

// `drover-sandbox load`: reads the token from stdin, sends, and prints the result on stdout when the time is over or
// on SIGTERM or SIGINT. Returns the program's exit code: 0 whatever the requests came to, 2 for bad input.
int runLoadProgram(const std::vector<std::string_view>& arguments);

} // namespace drover::sandbox
