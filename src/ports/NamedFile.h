// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Secret.h"

namespace drover {

// A file outside the workspace that a person named, with what may be secret in it.
struct NamedFile {
    Secret text;
    bool othersMayRead = false; // group or others, by its mode
};

} // namespace drover
