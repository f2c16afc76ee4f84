// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Machine.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace drover {

// The services of this machine behind the ports of app: what droverctl and the console are both built on. One for a
// program; outlives everything that uses it.
class Composition {
public:
    // `folder` is where the programs are; `log` gets operational messages, one JSON line each.
    Composition(std::filesystem::path folder, std::function<void(std::string_view line)> log);
    ~Composition();
    Composition(const Composition&) = delete;
    Composition& operator=(const Composition&) = delete;

    app::Machine& machine();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// No core dump of a process that holds secrets, and no other process of this user may read its memory.
void keepMemoryPrivate();

} // namespace drover
