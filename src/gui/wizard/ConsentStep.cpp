// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/ConsentStep.h"

#include "wizard/ui_ConsentStep.h"

#include "gui/Words.h"

namespace drover::gui {

ConsentStep::ConsentStep(MigrationWizard& wizard) : ui_(std::make_unique<Ui::ConsentStep>()), wizard_(wizard)
{
    ui_->setupUi(this);
    connect(ui_->agreeCheck, &QCheckBox::toggled, this, [this](bool agreed) {
        wizard_.choice().consentNeeded = agreed && !given_;
        Q_EMIT completeChanged();
    });
}

ConsentStep::~ConsentStep() = default;

void ConsentStep::initializePage()
{
    const MigrationPolicy& policy = wizard_.choice().policy;
    ui_->explainLabel->setText(tr("%1 of the client requests are mirrored while the shadow phase lasts; %2 of those ask Legacy twice, to know "
                                  "its own noise. Clients get Legacy's answer and never wait for the copy. From the canary on, the share of "
                                  "each step goes to HolySheep for good.")
                                   .arg(percentText(policy.shadow.sample), percentText(policy.shadow.again)));
    if (consent_.running())
        return;
    consent_ = Pending{wizard_.session().migration().consent(wizard_.choice().request.target),
                       [this](Result<std::optional<app::Consent>> consent) {
                           if (consent.has_value())
                               show(*consent);
                           else
                               ui_->banner->showError(consent.error());
                       }};
}

bool ConsentStep::isComplete() const { return given_ || ui_->agreeCheck->isChecked(); }

void ConsentStep::show(const std::optional<app::Consent>& consent)
{
    given_ = consent.has_value() || wizard_.choice().sandbox;
    if (wizard_.choice().sandbox) {
        ui_->agreeCheck->setChecked(true);
        ui_->agreeCheck->setEnabled(false);
        ui_->consentHint->setText(tr("A sandbox workspace needs none: its prompts are made up and stay on this machine."));
    } else if (consent) {
        ui_->agreeCheck->setChecked(true);
        ui_->agreeCheck->setEnabled(false);
        ui_->consentHint->setText(tr("Given by %1 on %2.").arg(text(consent->by), dateTimeText(consent->at)));
    } else {
        ui_->consentHint->setText(tr("It is kept for this workspace and written into the audit."));
    }
    Q_EMIT completeChanged();
}

} // namespace drover::gui
