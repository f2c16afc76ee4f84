// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWizard>

#include "gui/Session.h"

namespace drover::gui {

class Commands;

// What the pages of the wizard fill in together.
struct WizardChoice {
    StartRequest request;
    MigrationPolicy policy;
    bool policyKnown = false;
    bool consentNeeded = false;
    bool sandbox = false;
    std::vector<std::string> keys;  // "Legacy: k_leg1", the ones it will use
};

// From the targets to the start in five pages. Nothing changes before Start; while the start runs, the wizard waits
// and shows what went wrong on its last page.
class MigrationWizard final : public QWizard {
    Q_OBJECT

public:
    MigrationWizard(Session& session, Commands& commands, QWidget* parent = nullptr);
    WizardChoice& choice() { return choice_; }
    Session& session() { return session_; }
    Commands& commands() { return commands_; }

    void accept() override;
    // Not while the start is under way: it would be begun or not, and nobody would know.
    void reject() override;

private:
    void nameButtons();
    Task<Result<void>> begin();
    void showStarting(bool starting);

    Session& session_;
    Commands& commands_;
    WizardChoice choice_;
    Pending starting_;
};

} // namespace drover::gui
