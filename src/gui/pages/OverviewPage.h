// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class OverviewPage;
}

// The state of everything on one page: the migration, four numbers, what needs a person.
class OverviewPage final : public Page {
    Q_OBJECT

public:
    explicit OverviewPage(const PageContext& context, QWidget* parent = nullptr);
    ~OverviewPage() override;
    void refresh() override;
    void showStatus(const app::MigrationStatus& status) override;

protected:
    void abort() override;

private:
    void showSeries(const std::vector<ChartPoint>& points);
    void showCosts(const CostFacts& costs);
    void showKeys(const std::vector<app::KeyRow>& keys);
    void showGateways(const std::vector<app::GatewayStatus>& gateways);

    std::unique_ptr<Ui::OverviewPage> ui_;
    Pending series_;
    Pending costs_;
    Pending keys_;
    Pending gateways_;
};

} // namespace drover::gui
