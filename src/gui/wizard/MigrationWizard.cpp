// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/MigrationWizard.h"

#include <QAbstractButton>
#include <QStyle>

#include "gui/wizard/ConsentStep.h"
#include "gui/wizard/KeysStep.h"
#include "gui/wizard/PolicyStep.h"
#include "gui/wizard/StepList.h"
#include "gui/wizard/SummaryStep.h"
#include "gui/wizard/TargetsStep.h"

namespace drover::gui {

MigrationWizard::MigrationWizard(Session& session, Commands& commands, QWidget* parent)
    : QWizard(parent), session_(session), commands_(commands)
{
    const WorkspaceFacts& facts = session_.settings().facts();
    choice_.sandbox = facts.sandbox;
    choice_.request.policy = facts.policy;
    setWindowTitle(tr("New migration"));
    setWizardStyle(QWizard::ModernStyle);
    setOptions(QWizard::NoBackButtonOnStartPage | QWizard::NoDefaultButton);
    addPage(new TargetsStep(*this));
    addPage(new PolicyStep(*this));
    addPage(new KeysStep(*this));
    addPage(new ConsentStep(*this));
    addPage(new SummaryStep(*this));
    nameButtons();
    auto* steps = new StepList({tr("Providers"), tr("Policy"), tr("Keys"), tr("Consent"), tr("Summary")}, this);
    setSideWidget(steps);
    connect(this, &QWizard::currentIdChanged, steps, &StepList::setCurrent);
    resize(980, 640);
}

void MigrationWizard::nameButtons()
{
    setButtonText(QWizard::BackButton, tr("Back"));
    setButtonText(QWizard::NextButton, tr("Next"));
    setButtonText(QWizard::FinishButton, tr("Start the migration"));
    setButtonText(QWizard::CancelButton, tr("Cancel"));
    const std::pair<WizardButton, const char*> names[] = {{QWizard::BackButton, "backButton"},
                                                          {QWizard::NextButton, "nextButton"},
                                                          {QWizard::FinishButton, "finishButton"},
                                                          {QWizard::CancelButton, "cancelButton"}};
    for (const auto& [which, name] : names) {
        button(which)->setObjectName(QLatin1StringView(name));
        button(which)->setAccessibleName(button(which)->text());
        if (which != QWizard::NextButton && which != QWizard::FinishButton)
            continue;
        button(which)->setProperty("kind", QStringLiteral("primary"));
        style()->unpolish(button(which));
        style()->polish(button(which));
    }
}


Task<Result<void>> MigrationWizard::begin()
{
    if (choice_.consentNeeded) {
        DROVER_CO_CHECK(co_await session_.migration().giveConsent(choice_.request.target, choice_.request.reason));
    }
    co_return co_await session_.migration().start(choice_.request);
}

// Called by the Finish button.
void MigrationWizard::accept()
{
    if (starting_.running())
        return;
    auto* summary = static_cast<SummaryStep*>(currentPage());
    starting_ = Pending{begin(), [this, summary](Result<void> result) {
                            showStarting(false);
                            if (result.has_value())
                                QWizard::accept();
                            else
                                summary->showError(result.error());
                        }};
    showStarting(true);
}

void MigrationWizard::showStarting(bool starting)
{
    static_cast<SummaryStep*>(currentPage())->showStarting(starting);
    for (const auto which : {QWizard::FinishButton, QWizard::BackButton, QWizard::CancelButton})
        button(which)->setEnabled(!starting);
}

void MigrationWizard::reject()
{
    if (!starting_.running())
        QWizard::reject();
}

} // namespace drover::gui
