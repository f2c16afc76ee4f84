// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include "gui/models/GatewayTableModel.h"
#include "gui/models/TokenTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class GatewaysPage;
}

// The gateways, what each one serves, and the tokens of their clients.
class GatewaysPage final : public Page {
    Q_OBJECT

public:
    explicit GatewaysPage(const PageContext& context, QWidget* parent = nullptr);
    ~GatewaysPage() override;
    void refresh() override;

protected:
    void abort() override;
    bool asking() const override { return gateways_.running() || tokens_.running(); }

private:
    void showGateways(std::vector<app::GatewayStatus> rows);
    void showTokens(std::vector<ClientToken> rows);
    void start();
    void stop();
    void revoke();
    void showTrouble();

    std::unique_ptr<Ui::GatewaysPage> ui_;
    GatewayTableModel model_;
    TokenTableModel tokenModel_;
    Pending gateways_;
    Pending tokens_;
    Pending starting_;
    std::optional<Error> gatewaysTrouble_;
    std::optional<Error> tokensTrouble_;
    std::optional<Error> startTrouble_;
};

} // namespace drover::gui
