// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>

namespace drover {

enum class Phase { idle, shadow, canary, cutover, overlap, done, paused, rolledBack };

// "rolled_back" and so on, as in documents and answers.
std::string_view phaseName(Phase phase);
std::optional<Phase> phaseFrom(std::string_view name);
// rolled_back and done: no later document of the same migration id is written or obeyed.
bool isFinal(Phase phase);
// canary and cutover: the share is a lease that the controller must renew.
bool hasLease(Phase phase);

} // namespace drover
