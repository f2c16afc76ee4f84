// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include "gui/models/LatencyTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class LatencyPage;
}

// Latency of each provider over time, live.
class LatencyPage final : public Page {
    Q_OBJECT

public:
    explicit LatencyPage(const PageContext& context, QWidget* parent = nullptr);
    ~LatencyPage() override;
    void refresh() override;

protected:
    void abort() override;
    bool asking() const override { return series_.running() || recently_.running(); }

private:
    void show(std::vector<ChartPoint> points);
    void showTable();
    void hear(std::optional<Error>& trouble, std::optional<Error> said);
    void chooseQuantiles();

    std::unique_ptr<Ui::LatencyPage> ui_;
    LatencyTableModel model_;
    Duration range_ = std::chrono::minutes{5};
    std::vector<ChartPoint> points_;
    std::vector<ChartPoint> recent_;
    std::optional<Error> seriesTrouble_;
    std::optional<Error> recentTrouble_;
    Pending series_;
    Pending recently_;
};

} // namespace drover::gui
