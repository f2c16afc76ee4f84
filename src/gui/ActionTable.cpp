// SPDX-License-Identifier: Apache-2.0
#include "gui/ActionTable.h"

#include "gui/Commands.h"

namespace drover::gui {
namespace {

constexpr ActionSpec actionSpecs[] = {
    {"migration.new", QT_TRANSLATE_NOOP("Action", "New migration"), "Ctrl+N", "plus", Needs::startable, &Commands::newMigration},
    {"migration.advance", QT_TRANSLATE_NOOP("Action", "Advance"), "Ctrl+Right", "advance", Needs::advanceable, &Commands::advance},
    {"migration.pause", QT_TRANSLATE_NOOP("Action", "Pause"), "Ctrl+P", "pause", Needs::pausable, &Commands::pause},
    {"migration.resume", QT_TRANSLATE_NOOP("Action", "Resume"), "Ctrl+G", "play", Needs::resumable, &Commands::resume},
    {"migration.rollback", QT_TRANSLATE_NOOP("Action", "Roll back"), "Ctrl+Shift+R", "rollback", Needs::reversible, &Commands::rollBack},
    {"key.add", QT_TRANSLATE_NOOP("Action", "Add key"), "Ctrl+K", "plus", Needs::nothing, &Commands::addKey},
    {"key.import", QT_TRANSLATE_NOOP("Action", "Import keys"), "Ctrl+I", "folder", Needs::nothing, &Commands::importKeys},
    {"key.rotate", QT_TRANSLATE_NOOP("Action", "Rotate a key"), "Ctrl+Shift+K", "refresh", Needs::nothing, &Commands::rotateKey},
    {"key.scan", QT_TRANSLATE_NOOP("Action", "Find leaked keys"), "Ctrl+L", "search", Needs::nothing, &Commands::scanForKeys},
    {"key.check", QT_TRANSLATE_NOOP("Action", "Check the keys"), "Ctrl+Shift+L", "check", Needs::nothing, &Commands::checkKeys},
    {"token.new", QT_TRANSLATE_NOOP("Action", "New token"), "Ctrl+T", "plus", Needs::nothing, &Commands::createToken},
};

} // namespace

std::span<const ActionSpec> actionTable() { return actionSpecs; }

bool fits(Needs needs, const MigrationNews& news)
{
    if (!news.known())
        return needs == Needs::nothing || needs == Needs::reversible;
    const app::MigrationStatus& status = news.status;
    const bool running = news.running();
    switch (needs) {
    case Needs::nothing: return true;
    case Needs::startable: return !running;
    case Needs::advanceable: return running && status.phase != Phase::paused;
    case Needs::pausable: return running && status.phase != Phase::paused;
    case Needs::resumable: return running && (status.phase == Phase::paused || status.controller.empty());
    // A finished migration can still go back until legacy is retired; what refuses it then is the service.
    case Needs::reversible: return running;
    }
    return false;
}

} // namespace drover::gui
