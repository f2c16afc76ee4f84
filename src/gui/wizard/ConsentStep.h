// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWizardPage>

#include "gui/wizard/MigrationWizard.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class ConsentStep;
}

// That prompts may go to the target: asked once a workspace, kept and audited.
class ConsentStep final : public QWizardPage {
    Q_OBJECT

public:
    explicit ConsentStep(MigrationWizard& wizard);
    ~ConsentStep() override;
    void initializePage() override;
    bool isComplete() const override;

private:
    void show(const std::optional<app::Consent>& consent);

    Pending consent_;
    bool given_ = false;
    std::unique_ptr<Ui::ConsentStep> ui_;
    MigrationWizard& wizard_;
};

} // namespace drover::gui
