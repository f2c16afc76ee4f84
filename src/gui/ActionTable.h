// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QKeySequence>

#include "gui/Session.h"

#include <span>

namespace drover::gui {

class Commands;

// What an action wants of the workspace before it can be used; computed from what is known of the migration. While
// nothing is, only what fits any state does: the way back.
enum class Needs { nothing, startable, advanceable, pausable, resumable, reversible };
bool fits(Needs needs, const MigrationNews& news);

struct ActionSpec {
    const char* id;
    const char* text;     // translated in the context "Action"
    const char* shortcut;
    const char* icon;
    Needs needs;
    void (Commands::*run)();
};

// Every command with a shortcut. The window binds them all; tests walk them.
std::span<const ActionSpec> actionTable();

} // namespace drover::gui
