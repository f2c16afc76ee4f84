// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWizardPage>

#include "gui/wizard/MigrationWizard.h"

#include <QTimer>

#include "gui/models/KeyTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class KeysStep;
}

// One verified key a provider; adds and verifies what is missing.
class KeysStep final : public QWizardPage {
    Q_OBJECT

public:
    explicit KeysStep(MigrationWizard& wizard);
    ~KeysStep() override;
    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override;

private:
    void look();
    void show(std::vector<app::KeyRow> rows);

    KeyTableModel model_;
    QTimer timer_;
    Pending keys_;
    bool ready_ = false;
    std::unique_ptr<Ui::KeysStep> ui_;
    MigrationWizard& wizard_;
};

} // namespace drover::gui
