// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class VerifyKeyDialog;
}

// Proves a stored key at every place of its provider and shows what each one said.
class VerifyKeyDialog final : public QDialog {
    Q_OBJECT

public:
    VerifyKeyDialog(KeyDesk& keys, const QString& id, QWidget* parent = nullptr);
    ~VerifyKeyDialog() override;

private:
    void verify();
    void show(const app::KeyProof& proof);
    void clearPlaces();

    std::unique_ptr<Ui::VerifyKeyDialog> ui_;
    KeyDesk& keys_;
    QString id_;
    Pending verifying_;
};

} // namespace drover::gui
