// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"
#include "gui/models/DriftTableModel.h"
#include "gui/models/PruneTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class CheckDialog;
}

// Whether inventory, store, gateways and providers agree, and which ended keys may be forgotten: shown first, then done as shown.
class CheckDialog final : public QDialog {
    Q_OBJECT

public:
    explicit CheckDialog(KeyDesk& keys, QWidget* parent = nullptr);
    ~CheckDialog() override;
    // Not while keys are being forgotten.
    void reject() override;

Q_SIGNALS:
    void forgotten(int count);

private:
    void look();
    void show(const app::KeyDriftReport& report);
    void show(app::PrunePreview preview);
    void prune();
    void judge();

    std::unique_ptr<Ui::CheckDialog> ui_;
    KeyDesk& keys_;
    DriftTableModel drifts_;
    PruneTableModel ended_;
    app::PrunePreview preview_;
    Pending comparing_;
    Pending previewing_;
    Pending pruning_;
};

} // namespace drover::gui
