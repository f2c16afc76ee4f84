// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"
#include "gui/models/LeakTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class ScanDialog;
}

// Looks for leaked keys in files and git history; offers to rotate those that are in use, one after the other. Stopping or closing ends
// the search.
class ScanDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ScanDialog(KeyDesk& keys, QWidget* parent = nullptr);
    ~ScanDialog() override;
    void setPlace(const QString& place);

Q_SIGNALS:
    void rotationWanted(const QString& target);

private:
    void browse();
    void scanOrStop();
    void show(const app::KeyScanReport& report);
    void judge();
    // The selected row's key where it is in use here, else nothing.
    const app::LeakedKey* chosen() const;

    std::unique_ptr<Ui::ScanDialog> ui_;
    KeyDesk& keys_;
    LeakTableModel leaks_;
    Pending scanning_;
};

} // namespace drover::gui
