// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/keys/KeyRecord.h"

#include "base/Result.h"

#include <string>

namespace drover::cli {

inline std::string keyAddedText(const KeyRecord& record)
{
    return "stored " + record.id + " (" + record.hint + ") in " + record.store + "; next: keys verify " + record.id;
}

// --expires: a day, or a moment.
inline Result<WallTime> expiryFrom(const std::string& text)
{
    const Result<WallTime> at = parseTime(text.size() == 10 ? text + "T00:00:00Z" : text);
    if (!at.has_value())
        return drover::at("--expires", at.error());
    return *at;
}

} // namespace drover::cli
