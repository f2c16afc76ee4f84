// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/MigrationPage.h"

#include "pages/ui_MigrationPage.h"

#include "gui/ActionTable.h"
#include "gui/Commands.h"
#include "gui/Icons.h"
#include "gui/Remark.h"
#include "gui/Sentences.h"
#include "gui/Words.h"
#include "gui/widgets/Faded.h"
#include "gui/widgets/GateCard.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

constexpr int comparisonMs = 3000; // how often the comparison is asked for; the rest comes by showStatus()

QColor migrationOnAccent() { return tokens().onAccent; }

QString stepName(const app::MigrationStatus& status)
{
    const Phase shown = status.phase == Phase::paused ? status.pausedIn : status.phase;
    if (shown == Phase::canary)
        return MigrationPage::tr("Canary, step %1 of %2").arg(status.step).arg(status.steps);
    return phaseText(shown);
}

} // namespace

MigrationPage::MigrationPage(const PageContext& context, QWidget* parent)
    : Page(context, comparisonMs, parent), ui_(std::make_unique<Ui::MigrationPage>())
{
    ui_->setupUi(this);
    ui_->decisions->setModel(&decisions_);
    ui_->decisions->setColumnWeights({2, 3, 4, 11});
    ui_->pauseButton->setIcon(icon(u"pause"_s));
    ui_->resumeButton->setIcon(icon(u"play"_s));
    ui_->advanceButton->setIcon(icon(u"advance"_s, &migrationOnAccent));
    ui_->newButton->setIcon(icon(u"plus"_s, &migrationOnAccent));
    Commands& commands = this->context().commands;
    connect(ui_->empty, &EmptyState::activated, &commands, &Commands::newMigration);
    connect(ui_->newButton, &QPushButton::clicked, &commands, &Commands::newMigration);
    connect(ui_->pauseButton, &QPushButton::clicked, &commands, &Commands::pause);
    connect(ui_->resumeButton, &QPushButton::clicked, &commands, &Commands::resume);
    connect(ui_->advanceButton, &QPushButton::clicked, &commands, &Commands::advance);
    connect(ui_->banner, &Banner::activated, &commands, &Commands::resume);
    ui_->cutoverCard->hide();
    showNews({});
}

MigrationPage::~MigrationPage() = default;

void MigrationPage::showNews(const MigrationNews& news)
{
    const app::MigrationStatus& status = news.status;
    ui_->body->setCurrentWidget(status.id.empty() ? ui_->emptyPage : ui_->boardPage);
    if (!news.known())
        ui_->empty->set(u"clock"_s, tr("Looking for a migration …"), tr("The journal of the workspace is being read."));
    else if (status.id.empty())
        ui_->empty->set(u"migration"_s, tr("No migration has run yet"),
                        tr("It takes the traffic over in small steps: a shadow that clients never see, a canary, the cutover. "
                           "Every step passes its gates first, and the way back is one click."),
                        tr("New migration"));
    if (status.id.empty())
        return;
    showBar(news);
    showRemark(news);
    ui_->timeline->setStops(timelineStops(status));
    ui_->share->set(status.shareConfigured, status.shareServed);
    ui_->generationLabel->setText(tr("generation %1").arg(countText(status.generation)));
    ui_->keysShareLabel->setText(status.shareServedKeys ? tr("Served by sticky keys: %1").arg(percentText(*status.shareServedKeys, 1))
                                                        : tr("No sticky keys seen on this step yet"));
    showStep(status);
    showGates(status.gates);
    showRotation(status.rotation);
    showCutover(status);
    decisions_.setRows(status.decisions);
    ui_->decisions->fitHeight(1, 6);
    ui_->decisionsHint->setText(status.decisions.empty() ? tr("None yet: a gate is judged when its step's time is over.") : QString());
}

// The comparison is read from all evidence of the run: asked for only where there is one, and in sight.
void MigrationPage::refresh()
{
    if (!cutOver_ || comparing_.running())
        return;
    comparing_ = Pending{session().insight().cutover(), [this](Result<std::optional<CutoverComparison>> answer) {
                             if (!answer.has_value()) {
                                 ui_->cutoverCard->showError(answer.error());
                                 return;
                             }
                             const bool any = *answer && (*answer)->after.requests() > 0;
                             ui_->cutoverCard->setVisible(any);
                             if (any)
                                 ui_->cutoverCard->set(std::move(**answer));
                         }};
}

void MigrationPage::showBar(const MigrationNews& news)
{
    const app::MigrationStatus& status = news.status;
    ui_->headline->setText(isFinal(status.phase) ? phaseText(status.phase) : stepName(status));
    ui_->hint->setText(outlookText(news));
    ui_->newButton->setVisible(fits(Needs::startable, news));
    ui_->pauseButton->setVisible(fits(Needs::pausable, news));
    ui_->resumeButton->setVisible(fits(Needs::resumable, news));
    ui_->advanceButton->setVisible(!isFinal(status.phase));
    ui_->advanceButton->setEnabled(fits(Needs::advanceable, news));
}

void MigrationPage::showRemark(const MigrationNews& news)
{
    const std::optional<Remark> remark = remarkOn(news);
    if (!remark)
        return ui_->banner->clear();
    // Where the bar has the button, one is enough.
    const bool offered = news.ended.has_value();
    ui_->banner->showText(remark->tone, remark->headline, remark->text, offered && remark->resumable ? tr("Resume") : QString());
}

void MigrationPage::showAge(bool old)
{
    for (auto* card : {ui_->timelineCard, ui_->shareCard, ui_->stepCard, ui_->rotationCard})
        fade(*card, old);
    for (GateCard* gate : gates_)
        fade(*gate, old);
}

void MigrationPage::showStep(const app::MigrationStatus& status)
{
    ui_->stepRequests->setText(countText(status.evidence.clientRequests));
    ui_->stepFailures->setText(countText(status.evidence.clientFailures));
    ui_->stepGateways->setText(tr("%1 of %2").arg(status.gatewaysServing).arg(status.gateways));
    ui_->stepLease->setText(!status.lease         ? tr("none in this phase")
                            : status.lease->expired ? tr("expired")
                                                    : tr("%1 of %2 left").arg(spanText(status.lease->left), spanText(status.lease->length)));
}

void MigrationPage::showGates(const std::vector<GateResult>& gates)
{
    while (gates_.size() < gates.size()) {
        gates_.push_back(new GateCard(ui_->boardPage));
        ui_->gatesLayout->addWidget(gates_.back(), 1);
    }
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        gates_[i]->setVisible(i < gates.size());
        if (i < gates.size())
            gates_[i]->set(gates[i]);
    }
    ui_->gatesHint->setText(gates.empty() ? tr("This phase has none.") : tr("All must pass before the next step."));
}

void MigrationPage::showCutover(const app::MigrationStatus& status)
{
    const bool cutOver = std::ranges::find(status.timeline, Phase::cutover, &StepRecord::phase) != status.timeline.end();
    if (cutOver == cutOver_)
        return;
    cutOver_ = cutOver;
    comparing_.cancel();
    if (!cutOver)
        ui_->cutoverCard->hide();
    else if (isVisible())
        refresh();
}

void MigrationPage::showRotation(const app::MigrationStatus::Rotation& rotation)
{
    const bool any = !rotation.state.empty() && rotation.state != "none" && rotation.state != "idle";
    ui_->rotationCard->setVisible(any);
    if (!any)
        return;
    const bool done = rotation.state == "done";
    const bool failed = rotation.state == "failed";
    ui_->rotationPill->set(done ? tr("Done") : failed ? tr("Failed") : tr("Running"),
                           done ? Tone::good : failed ? Tone::bad : Tone::accent);
    QString line = rotation.keyId.empty() ? QString() : tr("New key %1 at weight %2").arg(text(rotation.keyId), percentText(rotation.weight));
    if (!rotation.history.empty())
        line += (line.isEmpty() ? QString() : u" · "_s) + sentenceText(rotation.history.back().text);
    ui_->rotationText->setText(failed ? sentenceText(rotation.why) : line);
}

} // namespace drover::gui
