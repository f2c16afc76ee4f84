// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "domain/keys/RotationPlan.h"
#include "protocol/config/WorkspaceConfig.h"

#include <functional>
#include <string>

namespace drover::app {

// A key that a person makes on a provider's dashboard, and pastes.
struct KeyWanted {
    std::string target;
    std::string name;      // to be given to it there
    std::string dashboard; // where that is
    std::string refusal;   // why the one pasted before was not taken, "" the first time
};
// A key that a person ends there.
struct EndWanted {
    std::string target;
    std::string keyId;
    std::string name;
    std::string hint;      // "****x9Qf"
    std::string dashboard;
};

// Whoever sits at the dashboard. Errors of both: refused gives the rotation's step up; anything else leaves it waiting.
struct Person {
    std::function<Result<Secret>(const KeyWanted& wanted)> key;
    std::function<Result<void>(const EndWanted& wanted)> end; // told once; the key is looked at until the provider refuses it
};

// What is done where a provider has no API to make or to end a key: a refusal (nobody waits for a migration's rotation), the rotation
// left waiting for `rotation resume`, or a person asked.
enum class ByHand { refuse, leave, ask };

// "https://platform.openai.com/api-keys", or "the dashboard of HOST".
std::string dashboardOf(const TargetConfig& target);
// What a rotation waits for a person to do, "" where it waits for none.
std::string waitsFor(const RotationPlan& plan);

} // namespace drover::app
