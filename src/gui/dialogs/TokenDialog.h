// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class TokenDialog;
}

// Makes a client token and shows it this once.
class TokenDialog final : public QDialog {
    Q_OBJECT

public:
    explicit TokenDialog(GatewayDesk& gateways, QWidget* parent = nullptr);
    ~TokenDialog() override;
    // Not while the token is being made: it would be valid, and shown to nobody.
    void reject() override;

private:
    void create();
    void showBusy(bool busy);

    std::unique_ptr<Ui::TokenDialog> ui_;
    GatewayDesk& gateways_;
    Pending creating_;
};

} // namespace drover::gui
