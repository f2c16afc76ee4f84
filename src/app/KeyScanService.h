// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "ports/TextTrees.h"
#include "protocol/scan/KeyScan.h"

#include <filesystem>
#include <string>
#include <vector>

namespace drover::app {

// A key found where none should be.
struct LeakedKey {
    std::string place;  // file, or commit and file
    KeyFinding finding;
    KeyState state = KeyState::added; // of the inventory's key, where it is one …
    std::string target{};             // … and whose it is
};
struct KeyScanReport {
    std::vector<LeakedKey> found; // each place once, in the order they were met
    TreeTotals totals;
};
std::string keyScanJson(const KeyScanReport& report);

// Looks for the inventory's keys and for what looks like a provider's key in files and in git history (acceptance C22).
class KeyScanService {
public:
    KeyScanService(Ports& ports, TextTrees& trees) : ports_(ports), trees_(trees) {}
    // Errors: those of TextTrees::read and of the inventory.
    Task<Result<KeyScanReport>> scan(std::vector<std::filesystem::path> paths, bool history, Deadline deadline);

private:
    Ports& ports_;
    TextTrees& trees_;
};

} // namespace drover::app
