// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/OverviewPage.h"

#include <QHBoxLayout>

#include <algorithm>
#include <map>

#include "pages/ui_OverviewPage.h"

#include "gui/Commands.h"
#include "gui/Words.h"
#include "gui/models/LatencyTableModel.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

using TargetSeries = std::vector<std::pair<QString, std::vector<double>>>;

TargetSeries seriesOf(const std::vector<ChartPoint>& points, std::optional<double> (*value)(const ChartPoint&))
{
    std::map<QString, std::vector<double>> byTarget;
    for (const auto& point : points)
        if (const auto y = value(point))
            byTarget[QString::fromStdString(point.target)].push_back(*y);
    return {byTarget.begin(), byTarget.end()};
}

// A line of a list: name, faint detail, and a pill at its end.
void addOverviewLine(QVBoxLayout& column, const QString& name, const QString& detail, const QString& state, Tone tone)
{
    auto* row = new QWidget(column.parentWidget());
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    auto* title = new QLabel(name, row);
    auto* hint = new QLabel(detail, row);
    hint->setProperty("role", u"caption"_s);
    auto* pill = new StatusPill(row);
    pill->set(state, tone);
    line->addWidget(title);
    line->addWidget(hint);
    line->addStretch();
    line->addWidget(pill);
    column.addWidget(row);
}

void addOverviewRemark(QVBoxLayout& column, const QString& remark)
{
    auto* label = new QLabel(remark, column.parentWidget());
    label->setProperty("role", u"muted"_s);
    label->setWordWrap(true);
    column.addWidget(label);
}

void emptyOut(QVBoxLayout& column)
{
    while (QLayoutItem* item = column.takeAt(0)) {
        const std::unique_ptr<QLayoutItem> owned(item);
        if (owned->widget() != nullptr) {
            owned->widget()->hide();
            owned->widget()->deleteLater();
        }
    }
}

} // namespace

OverviewPage::OverviewPage(const PageContext& context, QWidget* parent)
    : Page(context, 2000, parent), ui_(std::make_unique<Ui::OverviewPage>())
{
    ui_->setupUi(this);
    ui_->requestsTile->setCaption(tr("Requests, last 5 min"));
    ui_->latencyTile->setCaption(tr("Time to first byte, p95"));
    ui_->errorsTile->setCaption(tr("Errors, last 5 min"));
    ui_->savingTile->setCaption(tr("Saving over 30 days"));
    ui_->empty->set(u"migration"_s, tr("Ready to move"),
                    tr("Keys are verified and a gateway serves? Then plan the migration: nothing changes before you start it."),
                    tr("New migration"));
    Commands& commands = this->context().commands;
    connect(ui_->empty, &EmptyState::activated, &commands, &Commands::newMigration);
    connect(ui_->openButton, &QPushButton::clicked, this, [this] { this->context().go(u"migration"_s); });
    connect(ui_->keysButton, &QPushButton::clicked, this, [this] { this->context().go(u"keys"_s); });
    connect(ui_->gatewaysButton, &QPushButton::clicked, this, [this] { this->context().go(u"gateways"_s); });
    showStatus({});
}

OverviewPage::~OverviewPage() = default;

void OverviewPage::abort()
{
    series_.cancel();
    costs_.cancel();
    keys_.cancel();
    gateways_.cancel();
}

void OverviewPage::refresh()
{
    const auto wrong = [this](const Error& error) { ui_->banner->showError(error); };
    if (!series_.running())
        series_ = Pending{session().insight().series(session().clock().now() - std::chrono::minutes{5}, 60),
                          [this, wrong](Result<std::vector<ChartPoint>> points) {
                              points.has_value() ? showSeries(*points) : wrong(points.error());
                          }};
    if (!costs_.running())
        costs_ = Pending{session().insight().costs(), [this, wrong](Result<CostFacts> costs) {
                             costs.has_value() ? showCosts(*costs) : wrong(costs.error());
                         }};
    if (!keys_.running())
        keys_ = Pending{session().keys().list(), [this, wrong](Result<std::vector<app::KeyRow>> keys) {
                            keys.has_value() ? showKeys(*keys) : wrong(keys.error());
                        }};
    if (!gateways_.running())
        gateways_ = Pending{session().gateways().status(), [this, wrong](Result<std::vector<app::GatewayStatus>> gateways) {
                                gateways.has_value() ? showGateways(*gateways) : wrong(gateways.error());
                            }};
}

void OverviewPage::showStatus(const app::MigrationStatus& status)
{
    const bool any = !status.id.empty();
    ui_->migrationCard->setVisible(any);
    ui_->empty->setVisible(!any);
    if (!any)
        return;
    ui_->phasePill->set(phaseText(status.phase), phaseTone(status.phase));
    ui_->timeline->setStops(timelineStops(status));
    ui_->share->set(status.shareConfigured, status.shareServed);
    const auto open = std::count_if(status.gates.begin(), status.gates.end(),
                                    [](const GateResult& gate) { return gate.verdict != Verdict::pass; });
    if (isFinal(status.phase)) {
        ui_->nextLabel->setText(status.phase == Phase::done ? tr("The migration is done") : tr("Rolled back"));
        ui_->nextHint->setText(text(status.why));
    } else {
        ui_->nextLabel->setText(tr("Next: %1").arg(nextActionText(status.nextAction)));
        ui_->nextHint->setText(open == 0 ? tr("All gates pass.") : tr("%n gate(s) still open.", nullptr, int(open)));
    }
}

void OverviewPage::showSeries(const std::vector<ChartPoint>& points)
{
    ui_->banner->clear();
    const auto lines = summarise(points);
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    QStringList latencies;
    QStringList shares;
    for (const auto& line : lines) {
        requests += line.requests;
        errors += line.errors;
        if (line.p95)
            latencies << targetText(line.target) + u' ' + millisText(*line.p95);
        shares << targetText(line.target) + u' ' + countText(line.requests);
    }
    ui_->requestsTile->set(countText(requests), shares.isEmpty() ? tr("no traffic yet") : shares.join(u" · "_s));
    ui_->requestsTile->setSeries(seriesOf(points, [](const ChartPoint& p) { return std::optional<double>(double(p.requests)); }));
    const bool measured = !lines.empty() && lines.back().p95.has_value();
    ui_->latencyTile->set(measured ? millisText(lines.back().p95.value_or(0)) : u"–"_s, latencies.isEmpty() ? tr("no traffic yet") : latencies.join(u" · "_s));
    ui_->latencyTile->setSeries(seriesOf(points, [](const ChartPoint& p) { return p.p95; }));
    const double rate = requests > 0 ? double(errors) / double(requests) : 0;
    ui_->errorsTile->set(requests > 0 ? percentText(rate, 2) : u"–"_s, tr("%1 of %2 attempts").arg(countText(errors), countText(requests)),
                         rate > 0.01 ? Tone::bad : Tone::neutral);
}

void OverviewPage::showCosts(const CostFacts& costs)
{
    if (!costs.monthlyOnLegacy || !costs.monthlyOnTarget) {
        ui_->savingTile->set(u"–"_s, tr("needs a minute of traffic"));
        return;
    }
    const Money saving = *costs.monthlyOnLegacy - *costs.monthlyOnTarget;
    ui_->savingTile->set(moneyText(saving), tr("from %1 to %2").arg(moneyText(*costs.monthlyOnLegacy), moneyText(*costs.monthlyOnTarget)));
}

void OverviewPage::showKeys(const std::vector<app::KeyRow>& keys)
{
    emptyOut(*ui_->keysLayout);
    int shown = 0;
    for (const auto& key : keys) {
        if (key.record.state == KeyState::revoked || shown == 4)
            continue;
        ++shown;
        addOverviewLine(*ui_->keysLayout, text(key.record.name.empty() ? key.record.id : key.record.name),
                        targetText(key.record.target) + u" · "_s + spanText(key.age), keyHealthText(key.health), keyHealthTone(key.health));
    }
    if (shown == 0)
        addOverviewRemark(*ui_->keysLayout, tr("No keys yet. Add one for each provider on the Keys page."));
}

void OverviewPage::showGateways(const std::vector<app::GatewayStatus>& gateways)
{
    emptyOut(*ui_->gatewaysLayout);
    int shown = 0;
    for (const auto& gateway : gateways) {
        if (++shown > 4)
            break;
        addOverviewLine(*ui_->gatewaysLayout, text(gateway.ack.gateway), tr("generation %1").arg(countText(gateway.ack.generation)),
                        gatewayStateText(gateway.state), gateway.serving ? Tone::good : gateway.alive ? Tone::warn : Tone::neutral);
    }
    if (shown == 0)
        addOverviewRemark(*ui_->gatewaysLayout, tr("No gateway is running. Start one on the Gateways page."));
}

} // namespace drover::gui
