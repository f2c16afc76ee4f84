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
    ui_->legacyTile->set(any ? moneyText(costs.allOnLegacy) : u"–"_s, tr("by the price book %1").arg(text(costs.legacyBook)));
    ui_->targetTile->set(any ? moneyText(costs.allOnTarget) : u"–"_s, tr("by the price book %1").arg(text(costs.targetBook)));
    ui_->projectionHint->setText(costs.monthlyOnLegacy ? tr("At the rate seen so far") : tr("Needs a minute of traffic"));
    ui_->chart->set(costs.monthlyOnLegacy, costs.monthlyOnTarget);
    showSaving(costs);
    showExcluded(costs);
    ui_->booksLabel->setText(any ? tr("List prices: %1 and %2. Estimates, not invoices. Mirrored calls and second answers of the shadow phase come on top: they are in no sum here.")
                                       .arg(text(costs.legacyBook), text(costs.targetBook))
                                 : QString());
    model_.setRows(costs.lines);
    ui_->table->fitHeight(1, 12);
}

void CostsPage::showSaving(const CostFacts& costs)
{
    if (!costs.monthlyOnLegacy || !costs.monthlyOnTarget) {
        ui_->savingTile->setCaption(tr("Saving over 30 days"));
        ui_->savingTile->set(u"–"_s, tr("needs a minute of traffic"));
        return;
    }
    const bool dearer = costs.monthlyOnLegacy->approximate() < costs.monthlyOnTarget->approximate();
    ui_->savingTile->setCaption(dearer ? tr("Extra cost over 30 days") : tr("Saving over 30 days"));
    ui_->savingTile->set(moneyText(dearer ? *costs.monthlyOnTarget - *costs.monthlyOnLegacy : *costs.monthlyOnLegacy - *costs.monthlyOnTarget),
                         savingText(*costs.monthlyOnLegacy, *costs.monthlyOnTarget), dearer ? Tone::warn : costs.monthlyOnLegacy->approximate() > costs.monthlyOnTarget->approximate() ? Tone::good : Tone::neutral);
}

// Sums hold what both books know, so that they can be compared: everything else is named.
void CostsPage::showExcluded(const CostFacts& costs)
{
    QStringList excluded;
    for (const auto& line : costs.lines) {
        const QString which = targetText(line.target) + u' ' + text(line.model);
        if (!line.onLegacy && !line.onTarget)
            excluded << tr("%1 (in neither book)").arg(which);
        else if (!line.onLegacy)
            excluded << tr("%1 (not in Legacy's book)").arg(which);
        else if (!line.onTarget)
            excluded << tr("%1 (not in HolySheep's book)").arg(which);
        else if (!line.cost)
            excluded << which;
    }
    if (excluded.isEmpty())
        ui_->banner->clear();
    else
        ui_->banner->showText(Tone::warn, tr("Some models are in no sum"),
                              tr("Without a price in both books they cannot be compared: %1").arg(excluded.join(u", "_s)));
}

} // namespace drover::gui
