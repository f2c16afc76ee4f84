// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/LatencyPage.h"

#include <QButtonGroup>

#include "pages/ui_LatencyPage.h"

#include "gui/Words.h"
#include "gui/widgets/LatencyChart.h"

using namespace Qt::StringLiterals;

namespace drover::gui {

LatencyPage::LatencyPage(const PageContext& context, QWidget* parent)
    : Page(context, 1000, parent), ui_(std::make_unique<Ui::LatencyPage>())
{
    ui_->setupUi(this);
    ui_->table->setModel(&model_);
    ui_->table->setColumnWeights({4, 4, 4, 4, 4, 5, 3});
    ui_->empty->set(u"latency"_s, tr("No traffic yet"), tr("The curve begins with the first request through a gateway."));
    ui_->empty->hide();
    ui_->p95Button->setChecked(true);
    ui_->p50Button->setChecked(true);
    ui_->p99Button->setChecked(true);
    auto* ranges = new QButtonGroup(this);
    const std::pair<QPushButton*, Duration> choices[] = {{ui_->minutesButton, std::chrono::minutes{5}},
                                                         {ui_->hourButton, std::chrono::hours{1}},
                                                         {ui_->dayButton, std::chrono::hours{24}}};
    for (const auto& [button, range] : choices) {
        ranges->addButton(button);
        connect(button, &QPushButton::clicked, this, [this, range] {
            range_ = range;
            series_.cancel();
            refresh();
        });
    }
    ui_->minutesButton->setChecked(true);
    for (auto* button : {ui_->p50Button, ui_->p95Button, ui_->p99Button})
        connect(button, &QPushButton::clicked, this, &LatencyPage::chooseQuantiles);
}

LatencyPage::~LatencyPage() = default;

void LatencyPage::abort()
{
    series_.cancel();
    recently_.cancel();
}

void LatencyPage::chooseQuantiles()
{
    ui_->chart->setQuantiles((ui_->p50Button->isChecked() ? LatencyChart::P50 : 0)
                             | (ui_->p95Button->isChecked() ? LatencyChart::P95 : 0)
                             | (ui_->p99Button->isChecked() ? LatencyChart::P99 : 0));
}

void LatencyPage::refresh()
{
    if (!recently_.running())
        recently_ = Pending{session().insight().recent(recentWindow), [this](Result<std::vector<ChartPoint>> recent) {
                                hear(recentTrouble_, troubleOf(recent));
                                if (recent.has_value())
                                    recent_ = std::move(*recent);
                                showTable();
                            }};
    if (series_.running())
        return;
    const auto points = std::uint32_t(std::max(120, ui_->chart->width() / 2));
    series_ = Pending{session().insight().series(session().clock().now() - range_, points),
                      [this](Result<std::vector<ChartPoint>> series) {
                          hear(seriesTrouble_, troubleOf(series));
                          if (series.has_value())
                              show(std::move(*series));
                      }};
}

void LatencyPage::hear(std::optional<Error>& trouble, std::optional<Error> said)
{
    trouble = std::move(said);
    if (const auto& shown = seriesTrouble_ ? seriesTrouble_ : recentTrouble_)
        ui_->banner->showError(*shown);
    else
        ui_->banner->clear();
}

void LatencyPage::show(std::vector<ChartPoint> points)
{
    ui_->empty->setVisible(points.empty());
    ui_->chart->setVisible(!points.empty());
    ui_->tableCard->setVisible(!points.empty());
    points_ = points;
    showTable();
    const WallTime now = session().clock().now();
    ui_->chart->setPoints(std::move(points), now - range_, now);
}

void LatencyPage::showTable()
{
    model_.setRows(summarise(points_, recent_));
    ui_->table->fitHeight(1, 6);
}

} // namespace drover::gui
