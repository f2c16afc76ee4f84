// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drover::gateway {

// The models that the body of a call without a split names: its own (fine-tuning, images, speech …), those of the
// requests in a batch of messages, or the field of a form (transcriptions). Where one stands twice, both.
std::vector<std::string> modelsNamed(std::string_view body);

} // namespace drover::gateway
