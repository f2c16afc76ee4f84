// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWizardPage>

#include "gui/wizard/MigrationWizard.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class PolicyStep;
}

// Which policy: its calendar in dates beside what the playbook says.
class PolicyStep final : public QWizardPage {
    Q_OBJECT

public:
    explicit PolicyStep(MigrationWizard& wizard);
    ~PolicyStep() override;
    void initializePage() override;
    bool isComplete() const override;

private:
    void choose(const QString& name);
    void show(const MigrationPolicy& policy);

    Pending policy_;
    std::unique_ptr<Ui::PolicyStep> ui_;
    MigrationWizard& wizard_;
};

} // namespace drover::gui
