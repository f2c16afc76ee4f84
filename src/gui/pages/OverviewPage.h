// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"
#include "gui/models/LatencyTableModel.h"

#include <array>
#include <memory>
#include <optional>

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
    void showNews(const MigrationNews& news) override;
    void showAge(bool old) override;

protected:
    void abort() override;
    bool asking() const override;

private:
    enum Source { Series, Recent, Costs, Keys, Gateways, SourceCount };
    void hear(Source source, std::optional<Error> trouble);
    void showTraffic();
    void showLatency(const std::vector<LatencySummary>& lines);
    void showNext(const MigrationNews& news);
    void showCosts(const CostFacts& costs);
    void showKeys(const std::vector<app::KeyRow>& keys);
    void showGateways(const std::vector<app::GatewayStatus>& gateways);

    std::unique_ptr<Ui::OverviewPage> ui_;
    std::array<std::optional<Error>, SourceCount> troubles_; // each taken back by its own next answer
    std::vector<ChartPoint> points_;
    std::vector<ChartPoint> recent_;
    Pending series_;
    Pending recently_;
    Pending costs_;
    Pending keys_;
    Pending gateways_;
};

} // namespace drover::gui
