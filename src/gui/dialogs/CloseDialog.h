// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class CloseDialog;
}

// Asked when the window of the controller is to be closed in mid-migration: what happens then, and whether to.
class CloseDialog final : public QDialog {
    Q_OBJECT

public:
    explicit CloseDialog(const MigrationNews& news, QWidget* parent = nullptr);
    ~CloseDialog() override;

Q_SIGNALS:
    void closeChosen();
    void pauseChosen(); // then close

private:
    std::unique_ptr<Ui::CloseDialog> ui_;
};

} // namespace drover::gui
