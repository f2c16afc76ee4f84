// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/migration/MigrationFacts.h"

namespace drover::test {

// The facts of a rehearsal as the sandbox gives them: a minute of shadow, canary and cutover, ended as `outcome`
// (done, rolled back or paused). Seeded: always the same.
MigrationFacts sampleFacts(Phase outcome);

} // namespace drover::test
