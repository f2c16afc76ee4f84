// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/SummaryStep.h"

#include "wizard/ui_SummaryStep.h"

#include "gui/Words.h"

namespace drover::gui {

SummaryStep::SummaryStep(MigrationWizard& wizard) : ui_(std::make_unique<Ui::SummaryStep>()), wizard_(wizard)
{
    ui_->setupUi(this);
    ui_->progress->hide();
}

SummaryStep::~SummaryStep() = default;

void SummaryStep::initializePage()
{
    const WizardChoice& choice = wizard_.choice();
    ui_->banner->clear();
    ui_->fromLabel->setText(targetText(choice.request.legacy));
    ui_->toLabel->setText(targetText(choice.request.target));
    ui_->policyLabel->setText(text(choice.request.policy));
    QStringList keys;
    for (const auto& key : choice.keys)
        keys << text(key);
    ui_->keysLabel->setText(keys.join(u'\n'));
    ui_->consentLabel->setText(choice.sandbox         ? tr("Made up by the sandbox; no consent needed")
                               : choice.consentNeeded ? tr("May go to HolySheep; the consent is recorded at the start")
                                                      : tr("May go to HolySheep; the consent was given before"));
    const auto entries = calendar(choice.policy, wizard_.session().clock().now());
    ui_->endLabel->setText(entries.empty() ? QString() : dateTimeText(entries.back().begins));
}

void SummaryStep::showStarting(bool starting)
{
    ui_->progress->setVisible(starting);
    if (starting)
        ui_->banner->showText(Tone::accent, tr("Starting …"), {});
    else
        ui_->banner->clear();
}

void SummaryStep::showError(const Error& error) { ui_->banner->showError(error); }

} // namespace drover::gui
