// SPDX-License-Identifier: Apache-2.0
#include "gateway/KeySource.h"

#include "protocol/routing/Sealing.h"

namespace drover::gateway {

Result<SealedKeys> FileKeySource::read()
{
    DROVER_TRY(const auto text, file_.read());
    if (!text && seen_)
        return Error{Errc::notFound, "the file is gone", place()};
    if (!text)
        return SealedKeys{};
    seen_ = true;
    auto parsed = parseSealedKeys(*text);
    if (!parsed.has_value())
        return at(place(), std::move(parsed).error());
    return parsed;
}

} // namespace drover::gateway
