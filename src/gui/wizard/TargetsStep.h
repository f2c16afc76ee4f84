// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWizardPage>

#include "gui/wizard/MigrationWizard.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class TargetsStep;
}

// From where to where, and why.
class TargetsStep final : public QWizardPage {
    Q_OBJECT

public:
    explicit TargetsStep(MigrationWizard& wizard);
    ~TargetsStep() override;
    void initializePage() override;
    bool validatePage() override;

private:

    std::unique_ptr<Ui::TargetsStep> ui_;
    MigrationWizard& wizard_;
};

} // namespace drover::gui
