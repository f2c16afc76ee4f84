// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/keys/RotationPlan.h"
#include "ports/Task.h"
#include "ports/Workspace.h"

#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// The rotations of a workspace as their journals tell them: of each target one at most is open. Errors of all: io, invalidInput (a journal
// entry that cannot be read names its sequence).
Task<Result<RotationPlan>> replayRotation(Journal& journal, std::string id);
// A target's newest; nothing where it never had one.
Task<Result<std::optional<RotationPlan>>> latestRotation(Journal& journal, std::string target);
// Of every target the newest, where that has not ended; the newest of all first.
Task<Result<std::vector<RotationPlan>>> openRotations(Journal& journal);

// Begun and not ended.
bool isOpen(const RotationPlan& plan);
// Until when a rotation has nothing to do but to let its overlap pass; nothing where it has.
std::optional<WallTime> restsUntil(const RotationPlan& plan);
// A rest of at least so long is not waited for with controller.lock in hand.
inline constexpr Duration longRest = std::chrono::minutes{1};
// Whether the rotation works with the key: old, new, or one it is to end, an orphan or one that an earlier rotation left.
bool worksWith(const RotationPlan& plan, const std::string& keyId);

} // namespace drover::app
