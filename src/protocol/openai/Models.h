// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drover::openai {

// The ids of GET /v1/models, in the answer's order. Errors: protocol.
Result<std::vector<std::string>> parseModels(std::string_view body);
// The same answer with a target's names turned into the clients' names (client's name -> target's name); a model with
// several names is listed under each, everything else stays. Errors: protocol.
Result<std::string> renameModels(std::string_view body, const std::map<std::string, std::string>& models);

} // namespace drover::openai
