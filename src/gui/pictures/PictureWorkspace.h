// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>

#include "gui/Session.h"

#include <functional>
#include <memory>
#include <string>

namespace drover::gui {

// The workspace that `drover --screenshots` draws: a seeded sandbox with real traffic through a real gateway, taken
// through a whole migration by the use cases that a person would use. Everything shown in a picture was measured.
class PictureWorkspace {
public:
    explicit PictureWorkspace(Workplace& workplace) : workplace_(workplace) {}

    // Called with what is being done; before open().
    void onProgress(std::function<void(std::string)> callback) { progress_ = std::move(callback); }

    // The sandbox, its clients, a second gateway, a key that is not proven yet, and tokens. Errors: those of the
    // workplace (no keyring: unavailable or locked).
    Task<Result<void>> open();
    // A migration to its second canary step, where it rests, with evidence for every gate. Errors: timeout.
    Task<Result<void>> toMidCanary();
    // On to its end. Errors: timeout; refused where it did not end in `done`.
    Task<Result<void>> toDone();

    Session& session() { return *session_; }
    // A key of the new target that works.
    const KeyRecord& provenKey() const { return provenKey_; }
    // A program's folder where somebody left keys: the proven one and another.
    QString exampleFolder() const;

private:
    using Condition = std::function<bool(const app::MigrationStatus&)>;
    Task<Result<void>> until(std::string what, Condition reached);
    Task<Result<void>> leaveKeysAbout();
    void say(std::string text) const;

    Workplace& workplace_;
    std::function<void(std::string)> progress_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<Subscription> watching_;
    app::MigrationStatus status_;
    KeyRecord provenKey_;
};

// For a picture to fill itself: lets the event loop run for so long.
Task<void> waitFor(int ms);

} // namespace drover::gui
