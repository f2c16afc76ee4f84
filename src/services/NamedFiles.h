// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/NamedFile.h"

#include "services/Worker.h"

#include <filesystem>
#include <memory>

namespace drover {

// Reads what a person named, in a thread of its own, which there is from the first reading on.
class NamedFiles {
public:
    // Errors: notFound; invalidInput (no regular file, more than 1 MiB); noRights, io; timeout.
    Task<Result<NamedFile>> read(std::filesystem::path file, Deadline deadline);

private:
    std::unique_ptr<Worker> worker_;
};

} // namespace drover
