// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

namespace drover::test {

// An entry as a rotation writes it.
inline StoredSecret stored(const char* value)
{
    StoredSecret made;
    made.value = Secret{value};
    made.notes["created_by"] = "rotation-service";
    return made;
}

} // namespace drover::test
