// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class AddKeyDialog;
}

// Takes a key from the clipboard or the keyboard into the secret store. The key is masked, taken out of the field
// once, and never shown again.
class AddKeyDialog final : public QDialog {
    Q_OBJECT

public:
    AddKeyDialog(KeyDesk& keys, const Clock& clock, QWidget* parent = nullptr);
    ~AddKeyDialog() override;
    // Not while the key is on its way: it would be in the store and in no inventory.
    void reject() override;

Q_SIGNALS:
    void added(const QString& id);

private:
    void judge();
    void add();
    void showBusy(bool busy);

    std::unique_ptr<Ui::AddKeyDialog> ui_;
    KeyDesk& keys_;
    const Clock& clock_;
    Pending adding_;
};

} // namespace drover::gui
