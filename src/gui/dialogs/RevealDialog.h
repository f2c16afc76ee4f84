// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>
#include <QTimer>

#include "gui/Session.h"

#include <chrono>
#include <memory>

namespace drover::gui {

namespace Ui {
class RevealDialog;
}

// Shows a stored key once its name was typed. It is masked again after a while, or once another window is turned to, and every
// showing is in the audit.
class RevealDialog final : public QDialog {
    Q_OBJECT

public:
    static constexpr std::chrono::seconds usualTime{10};

    RevealDialog(KeyDesk& keys, const KeyRecord& key, QWidget* parent = nullptr, std::chrono::milliseconds shown = usualTime);
    ~RevealDialog() override;

protected:
    void changeEvent(QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void judge();
    void reveal();
    void mask();

    std::unique_ptr<Ui::RevealDialog> ui_;
    KeyDesk& keys_;
    std::string id_;
    QString name_;
    QTimer mask_;
    QTimer tick_;
    Pending revealing_;
};

} // namespace drover::gui
