// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/CostsPage.h"

#include "pages/ui_CostsPage.h"

#include "gui/Words.h"

using namespace Qt::StringLiterals;

namespace drover::gui {

CostsPage::CostsPage(const PageContext& context, QWidget* parent)
    : Page(context, 5000, parent), ui_(std::make_unique<Ui::CostsPage>())
{
    ui_->setupUi(this);
    ui_->table->setModel(&model_);
    ui_->table->setColumnWeights({6, 4, 6, 5, 4, 5, 5});
    ui_->actualTile->setCaption(tr("So far, as it was split"));
    ui_->legacyTile->setCaption(tr("So far, all on Legacy"));
    ui_->targetTile->setCaption(tr("So far, all on HolySheep"));
    ui_->savingTile->setCaption(tr("Saving over 30 days"));
    ui_->empty->set(u"costs"_s, tr("No requests yet"), tr("Costs are counted from the gateways' request log, token by token."));
    ui_->empty->hide();
}

CostsPage::~CostsPage() = default;

void CostsPage::abort() { costs_.cancel(); }

void CostsPage::refresh()
{
    if (costs_.running())
        return;
    costs_ = Pending{session().insight().costs(), [this](Result<CostFacts> costs) {
                         if (costs.has_value())
                             show(*costs);
                         else
                             ui_->banner->showError(costs.error());
                     }};
}

void CostsPage::show(const CostFacts& costs)
{
    const bool any = !costs.lines.empty();
    ui_->empty->setVisible(!any);
    ui_->table->setVisible(any);
    const QString span = any ? tr("in %1 of traffic").arg(spanText(costs.span)) : tr("no traffic yet");
    ui_->actualTile->set(any ? moneyText(costs.actual) : u"–"_s, span);
    ui_->legacyTile->set(any ? moneyText(costs.allOnLegacy) : u"–"_s, text(costs.legacyBook));
    ui_->targetTile->set(any ? moneyText(costs.allOnTarget) : u"–"_s, text(costs.targetBook));
    ui_->projectionHint->setText(costs.monthlyOnLegacy ? tr("At the rate seen so far") : tr("Needs a minute of traffic"));
    ui_->chart->set(costs.monthlyOnLegacy, costs.monthlyOnTarget);
    if (costs.monthlyOnLegacy && costs.monthlyOnTarget) {
        const Money saving = *costs.monthlyOnLegacy - *costs.monthlyOnTarget;
        const double fraction = costs.monthlyOnLegacy->isZero() ? 0 : saving.approximate() / costs.monthlyOnLegacy->approximate();
        ui_->savingTile->set(moneyText(saving), tr("%1 less than on Legacy").arg(percentText(fraction, 1)),
                             fraction > 0 ? Tone::good : Tone::warn);
    } else {
        ui_->savingTile->set(u"–"_s, tr("needs a minute of traffic"));
    }
    QStringList unpriced;
    for (const auto& name : costs.unpriced)
        unpriced << text(name);
    if (unpriced.isEmpty())
        ui_->banner->clear();
    else
        ui_->banner->showText(Tone::warn, tr("Some models have no price"),
                              tr("Their requests are left out of every sum: %1").arg(unpriced.join(u", "_s)));
    ui_->booksLabel->setText(any ? tr("List prices: %1 and %2. Estimates, not invoices.").arg(text(costs.legacyBook), text(costs.targetBook)) : QString());
    model_.setRows(costs.lines);
    ui_->table->fitHeight(1, 12);
}

} // namespace drover::gui
