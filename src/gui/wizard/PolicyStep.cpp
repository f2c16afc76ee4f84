// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/PolicyStep.h"

#include "wizard/ui_PolicyStep.h"

#include "gui/Words.h"

namespace drover::gui {

PolicyStep::PolicyStep(MigrationWizard& wizard) : ui_(std::make_unique<Ui::PolicyStep>()), wizard_(wizard)
{
    ui_->setupUi(this);
    ui_->playbookLabel->setText(tr("Shadow in week 1, canary in weeks 2 and 3, cutover in week 4, old keys for 7 more days; and again "
                                   "\"less than two weeks\" at its end. Its own steps of 5 % for 48 h and then 20 % a day reach 100 % "
                                   "after 6 days: the calendar above is what they add up to."));
    connect(ui_->playbookRadio, &QRadioButton::clicked, this, [this] { choose(QStringLiteral("playbook")); });
    connect(ui_->rehearsalRadio, &QRadioButton::clicked, this, [this] { choose(QStringLiteral("rehearsal")); });
    connect(ui_->fileRadio, &QRadioButton::clicked, this, [this] {
        ui_->fileEdit->setFocus();
        choose(ui_->fileEdit->text().trimmed());
    });
    connect(ui_->fileRadio, &QRadioButton::toggled, ui_->fileEdit, &QWidget::setEnabled);
    connect(ui_->fileEdit, &QLineEdit::textEdited, this, [this](const QString& file) { choose(file.trimmed()); });
}

PolicyStep::~PolicyStep() = default;

void PolicyStep::initializePage()
{
    const QString name = text(wizard_.choice().request.policy);
    const bool shipped = name == QStringLiteral("playbook") || name == QStringLiteral("rehearsal");
    ui_->playbookRadio->setChecked(name == QStringLiteral("playbook"));
    ui_->rehearsalRadio->setChecked(name == QStringLiteral("rehearsal"));
    ui_->fileRadio->setChecked(!shipped);
    ui_->fileEdit->setEnabled(!shipped);
    if (!shipped)
        ui_->fileEdit->setText(name);
    choose(name);
}

bool PolicyStep::isComplete() const { return wizard_.choice().policyKnown; }

void PolicyStep::choose(const QString& name)
{
    wizard_.choice().request.policy = name.toStdString();
    wizard_.choice().policyKnown = false;
    ui_->banner->clear();
    Q_EMIT completeChanged();
    policy_.cancel();
    if (name.isEmpty())
        return;
    policy_ = Pending{wizard_.session().migration().policy(name.toStdString()), [this](Result<MigrationPolicy> policy) {
                          if (!policy.has_value()) {
                              ui_->banner->showError(policy.error());
                              return;
                          }
                          show(*policy);
                      }};
}

void PolicyStep::show(const MigrationPolicy& policy)
{
    wizard_.choice().policy = policy;
    wizard_.choice().policyKnown = true;
    ui_->calendar->setCalendar(calendar(policy, wizard_.session().clock().now()));
    QStringList lines;
    lines << tr("Divergence below %1 above Legacy's own noise").arg(percentText(policy.shadow.divergenceLimit));
    lines << tr("Added latency below %1").arg(millisText(policy.canary.addedLatencyLimitMs));
    lines << tr("Error rate below %1; above %2 it rolls back at once").arg(percentText(policy.canary.errorRateLimit), percentText(policy.abortErrorRate));
    lines << tr("%1 of the requests are mirrored in the shadow phase").arg(percentText(policy.shadow.sample));
    lines << tr("%1 to go back after the cutover, then %2 of overlap").arg(spanText(policy.rollbackWindow), spanText(policy.overlap));
    ui_->limitsLabel->setText(lines.join(u'\n'));
    Q_EMIT completeChanged();
}

} // namespace drover::gui
