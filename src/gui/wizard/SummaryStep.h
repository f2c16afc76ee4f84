// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWizardPage>

#include "gui/wizard/MigrationWizard.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class SummaryStep;
}

// Everything once more, before it begins.
class SummaryStep final : public QWizardPage {
    Q_OBJECT

public:
    explicit SummaryStep(MigrationWizard& wizard);
    ~SummaryStep() override;
    void initializePage() override;
    void showStarting(bool starting);
    void showError(const Error& error);

private:

    std::unique_ptr<Ui::SummaryStep> ui_;
    MigrationWizard& wizard_;
};

} // namespace drover::gui
