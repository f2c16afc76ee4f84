// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/OverviewPage.h"

#include <QHBoxLayout>

#include <algorithm>

#include "pages/ui_OverviewPage.h"

#include "gui/Commands.h"
#include "gui/Remark.h"
#include "gui/Words.h"
#include "gui/widgets/Faded.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

constexpr std::chrono::minutes shownSpan{5};

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
    Commands& commands = this->context().commands;
    connect(ui_->empty, &EmptyState::activated, &commands, &Commands::newMigration);
    connect(ui_->openButton, &QPushButton::clicked, this, [this] { this->context().go(u"migration"_s); });
    connect(ui_->keysButton, &QPushButton::clicked, this, [this] { this->context().go(u"keys"_s); });
    connect(ui_->gatewaysButton, &QPushButton::clicked, this, [this] { this->context().go(u"gateways"_s); });
    showNews({});
}

OverviewPage::~OverviewPage() = default;

void OverviewPage::abort()
{
    series_.cancel();
    recently_.cancel();
    costs_.cancel();
    keys_.cancel();
    gateways_.cancel();
}

bool OverviewPage::asking() const
{
    return series_.running() || recently_.running() || costs_.running() || keys_.running() || gateways_.running();
}

void OverviewPage::refresh()
{
    if (!series_.running())
        series_ = Pending{session().insight().series(session().clock().now() - shownSpan, 60), [this](Result<std::vector<ChartPoint>> points) {
                              hear(Series, troubleOf(points));
                              if (points.has_value())
                                  points_ = std::move(*points);
                              showTraffic();
                          }};
    if (!recently_.running())
        recently_ = Pending{session().insight().recent(recentWindow), [this](Result<std::vector<ChartPoint>> recent) {
                                hear(Recent, troubleOf(recent));
                                if (recent.has_value())
                                    recent_ = std::move(*recent);
                                showTraffic();
                            }};
    if (!costs_.running())
        costs_ = Pending{session().insight().costs(), [this](Result<CostFacts> costs) {
                             hear(Costs, troubleOf(costs));
                             if (costs.has_value())
                                 showCosts(*costs);
                         }};
    if (!keys_.running())
        keys_ = Pending{session().keys().list(), [this](Result<std::vector<app::KeyRow>> keys) {
                            hear(Keys, troubleOf(keys));
                            if (keys.has_value())
                                showKeys(*keys);
                        }};
    if (!gateways_.running())
        gateways_ = Pending{session().gateways().status(), [this](Result<std::vector<app::GatewayStatus>> gateways) {
                                hear(Gateways, troubleOf(gateways));
                                if (gateways.has_value())
                                    showGateways(*gateways);
                            }};
}

void OverviewPage::hear(Source source, std::optional<Error> trouble)
{
    troubles_[source] = std::move(trouble);
    for (const auto& standing : troubles_)
        if (standing)
            return ui_->banner->showError(*standing);
    ui_->banner->clear();
}

void OverviewPage::showAge(bool old) { fade(*ui_->migrationCard, old); }

void OverviewPage::showNews(const MigrationNews& news)
{
    const app::MigrationStatus& status = news.status;
    const bool any = !status.id.empty();
    ui_->migrationCard->setVisible(any);
    ui_->empty->setVisible(!any);
    if (!news.known())
        ui_->empty->set(u"clock"_s, tr("Looking for a migration …"), tr("The journal of the workspace is being read."));
    else if (!any)
        ui_->empty->set(u"migration"_s, tr("Ready to move"),
                        tr("Keys are verified and a gateway serves? Then plan the migration: nothing changes before you start it."),
                        tr("New migration"));
    if (!any)
        return;
    ui_->phasePill->set(phaseText(status.phase), phaseTone(status.phase));
    ui_->timeline->setStops(timelineStops(status));
    ui_->share->set(status.shareConfigured, status.shareServed);
    showNext(news);
}

// What comes next and what stands in its way, in the board's words.
void OverviewPage::showNext(const MigrationNews& news)
{
    const app::MigrationStatus& status = news.status;
    if (const std::optional<Remark> remark = remarkOn(news)) {
        ui_->nextLabel->setText(remark->headline);
        ui_->nextHint->setText(remark->text);
        return;
    }
    if (isFinal(status.phase)) {
        ui_->nextLabel->setText(tr("The migration is done"));
        ui_->nextHint->setText(outlookText(news));
        return;
    }
    const auto open = std::ranges::count_if(status.gates, [](const GateResult& gate) { return gate.verdict != Verdict::pass; });
    ui_->nextLabel->setText(tr("Next: %1").arg(nextActionText(status.nextAction)));
    ui_->nextHint->setText(status.gates.empty() ? tr("This phase has no gates; its time alone counts.")
                           : open == 0          ? tr("All gates pass.")
                                                : tr("%n gate(s) still open.", nullptr, int(open)));
}

void OverviewPage::showTraffic()
{
    const auto lines = summarise(points_, recent_);
    LatencySummary all;
    QStringList shares;
    for (const auto& line : lines) {
        all.clients += line.clients;
        all.attempts += line.attempts;
        all.errors += line.errors;
        if (line.clients > 0)
            shares << targetText(line.target) + u' ' + countText(line.clients);
    }
    const WallTime from = session().clock().now() - shownSpan;
    ui_->requestsTile->set(countText(all.clients), shares.isEmpty() ? tr("no traffic yet") : shares.join(u" · "_s));
    ui_->requestsTile->setSeries(sparksOf(points_, from, shownSpan, [](const ChartPoint& p) { return std::optional<double>(double(p.clients)); }));
    const double rate = all.attempts > 0 ? double(all.errors) / double(all.attempts) : 0;
    ui_->errorsTile->set(all.attempts > 0 ? percentText(rate, 2) : u"–"_s,
                         tr("%1 of %2 attempts, mirrored included").arg(countText(all.errors), countText(all.attempts)),
                         rate > 0.01 ? Tone::bad : Tone::neutral);
    ui_->latencyTile->setSeries(sparksOf(points_, from, shownSpan, [](const ChartPoint& p) { return p.p95; }));
    showLatency(lines);
}

// The provider that serves most clients, and the others beside it.
void OverviewPage::showLatency(const std::vector<LatencySummary>& lines)
{
    QStringList all;
    const LatencySummary* most = nullptr;
    for (const auto& line : lines) {
        if (!line.p95)
            continue;
        all << targetText(line.target) + u' ' + millisText(*line.p95);
        if (most == nullptr || line.clients > most->clients)
            most = &line;
    }
    ui_->latencyTile->setCaption(most != nullptr ? tr("First byte, p95, %1").arg(targetText(most->target)) : tr("Time to first byte, p95"));
    ui_->latencyTile->set(most != nullptr ? millisText(*most->p95) : u"–"_s,
                          all.isEmpty() ? tr("no traffic in the last minute") : tr("last minute: %1").arg(all.join(u" · "_s)));
}

void OverviewPage::showCosts(const CostFacts& costs)
{
    if (!costs.monthlyOnLegacy || !costs.monthlyOnTarget) {
        ui_->savingTile->set(u"–"_s, tr("needs a minute of traffic"));
        return;
    }
    const bool dearer = costs.monthlyOnLegacy->approximate() < costs.monthlyOnTarget->approximate();
    ui_->savingTile->setCaption(dearer ? tr("Extra cost over 30 days") : tr("Saving over 30 days"));
    ui_->savingTile->set(moneyText(dearer ? *costs.monthlyOnTarget - *costs.monthlyOnLegacy : *costs.monthlyOnLegacy - *costs.monthlyOnTarget),
                         tr("from %1 to %2").arg(moneyText(*costs.monthlyOnLegacy), moneyText(*costs.monthlyOnTarget)),
                         dearer ? Tone::warn : Tone::neutral);
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
