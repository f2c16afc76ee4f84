// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/RotationDialog.h"

#include <QHeaderView>
#include <QKeyEvent>

#include "dialogs/ui_RotationDialog.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

namespace drover::gui {
namespace {

constexpr int lookMs = 500;

Tone stateTone(const RotationPlan& plan)
{
    if (plan.outcome() == "done")
        return Tone::good;
    if (plan.outcome() == "failed")
        return Tone::bad;
    return plan.state() == RotationState::undo ? Tone::warn : Tone::accent;
}

} // namespace

RotationDialog::RotationDialog(RotationDesk& rotation, const QString& target, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::RotationDialog>()), rotation_(rotation)
{
    ui_->setupUi(this);
    for (const std::string& name : rotation_.targets())
        ui_->targetBox->addItem(targetText(name), text(name));
    ui_->targetBox->setCurrentIndex(std::max(0, ui_->targetBox->findData(target)));
    ui_->historyTable->setModel(&history_);
    ui_->historyTable->setColumnWeights({20, 80});
    ui_->historyTable->setSelectionMode(QAbstractItemView::NoSelection);
    ui_->historyTable->horizontalHeader()->hide();
    ui_->runCard->hide();
    ui_->statePill->hide();
    ui_->closeButton->setDefault(true);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::accept);
    connect(ui_->rotateButton, &QPushButton::clicked, this, &RotationDialog::rotate);
    connect(ui_->stopButton, &QPushButton::clicked, this, [this] {
        rotation_.stopHere();
        look();
        Q_EMIT changed();
    });
    connect(ui_->targetBox, &QComboBox::activated, this, &RotationDialog::turnTo);
    connect(ui_->pasteEdit, &QLineEdit::textChanged, this, &RotationDialog::judge);
    connect(ui_->pasteButton, &QPushButton::clicked, this, &RotationDialog::paste);
    connect(ui_->giveUpButton, &QPushButton::clicked, this, [this] { act(rotation_.giveUp(targetName())); });
    connect(ui_->saveButton, &QPushButton::clicked, this, &RotationDialog::saveSchedule);
    connect(ui_->whenEdit, &QLineEdit::textChanged, this, &RotationDialog::judge);
    timer_.setInterval(lookMs);
    timer_.callOnTimeout(this, [this] {
        if (!looking_.running())
            look();
    });
    timer_.start();
    judge();
    look();
}

RotationDialog::~RotationDialog() = default;

// Enter in a line is about that line; elsewhere it closes.
void RotationDialog::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && focusWidget() == ui_->pasteEdit)
        ui_->pasteButton->click();
    else if (enter && focusWidget() == ui_->whenEdit)
        ui_->saveButton->click();
    else
        QDialog::keyPressEvent(event);
}

std::string RotationDialog::targetName() const
{
    return ui_->targetBox->currentData().toString().toStdString();
}

// What was said of another target, and what was pasted for it, is of no concern to this one.
void RotationDialog::turnTo()
{
    known_ = false;
    news_.plan.reset();
    refused_.reset();
    ui_->pasteEdit->forget();
    ui_->banner->clear();
    ui_->personCard->hide();
    judge();
    look();
}

void RotationDialog::look()
{
    looking_ = Pending{rotation_.news(targetName()), [this](Result<RotationNews> news) {
                           if (news.has_value())
                               return show(std::move(*news));
                           ui_->progress->hide();
                           ui_->banner->showError(news.error());
                       }};
}

void RotationDialog::show(RotationNews news)
{
    const bool was = news_.open();
    news_ = std::move(news);
    known_ = true;
    if (news_.here && news_.plan) // one that runs here is shown, whoever was asked for
        ui_->targetBox->setCurrentIndex(std::max(0, ui_->targetBox->findData(text(news_.plan->start().target))));
    showRun();
    showPerson();
    showSchedule();
    showTrouble();
    judge();
    if (was && !news_.open())
        Q_EMIT changed();
}

void RotationDialog::showRun()
{
    ui_->runCard->setVisible(news_.plan.has_value());
    ui_->statePill->setVisible(news_.plan.has_value());
    ui_->progress->setVisible(acting_.running() || news_.here);
    if (!news_.plan)
        return;
    const RotationPlan& plan = *news_.plan;
    ui_->statePill->set(rotationStateText(plan.state()), stateTone(plan));
    ui_->runName->setText(tr("%1: %2").arg(targetText(plan.start().target), text(plan.newKey().empty() ? plan.name() : plan.newKey())));
    ui_->shareLabel->setText(news_.open() && plan.newWeight() > 0 ? tr("%1 of the provider's requests").arg(percentText(plan.newWeight())) : QString());
    std::pair now{plan.id(), plan.revision()};
    if (shown_ == now)
        return;
    shown_ = std::move(now);
    history_.setRows(plan.history());
}

// What a person has to do at the provider, where it has no API for it.
void RotationDialog::showPerson()
{
    const bool waits = news_.open() && !news_.here && news_.plan->needsPerson();
    ui_->personCard->setVisible(waits);
    if (!waits) {
        ui_->pasteEdit->forget();
        return;
    }
    const auto* key = std::get_if<AwaitKey>(&news_.plan->pending());
    const auto* end = std::get_if<AwaitEnd>(&news_.plan->pending());
    ui_->pasteEdit->setVisible(key != nullptr);
    ui_->pasteButton->setVisible(key != nullptr);
    if (key != nullptr)
        ui_->personLabel->setText(tr("The provider has no API to make keys. Make one on %1, name it %2, and paste it here.").arg(text(news_.dashboard), text(key->name)));
    else if (end != nullptr)
        ui_->personLabel->setText(tr("Nothing uses the key %1 any more. End it on %2; then Go on looks whether the provider refuses it.").arg(text(end->keyId), text(news_.dashboard)));
}

void RotationDialog::showSchedule()
{
    if (!news_.schedule)
        return;
    const app::ScheduleView& view = *news_.schedule;
    if (whenShown_ != view.when) {
        whenShown_ = view.when;
        ui_->whenEdit->setText(text(view.when));
    }
    ui_->nextLabel->setText(view.step.next ? tr("Next: %1").arg(dateTimeText(*view.step.next)) : tr("Off"));
    QStringList lines;
    lines << (view.ownSetting ? tr("Set for this workspace, in UTC.") : tr("By the policy %1, in UTC.").arg(text(view.policy.name)));
    if (const auto& last = view.kept.last)
        lines << (last->done ? tr("Last: %1, done.") : tr("Last: %1, failed.")).arg(dateTimeText(last->run.due));
    lines << tr("An agent or the timer does what is due, with this window closed too.");
    ui_->lastLabel->setText(lines.join(u' '));
}

// One message at a time: what a click came to, then what keeps the rotation from going on, then what came of it.
void RotationDialog::showTrouble()
{
    if (refused_)
        return ui_->banner->showError(*refused_);
    if (news_.ended)
        return ui_->banner->showText(Tone::bad, tr("The run in this console has ended: %1").arg(errorHeadline(*news_.ended)),
                                     text(describe(*news_.ended)) + u'\n' + tr("Go on takes it up where the journal ends."));
    if (!news_.refusal.empty())
        return ui_->banner->showText(Tone::bad, tr("The key was not taken"), sentenceText(news_.refusal));
    if (!news_.held.empty())
        return ui_->banner->showText(Tone::warn, tr("No key may change now"), sentenceText(news_.held));
    if (const auto until = news_.restsUntil())
        return ui_->banner->showText(Tone::neutral, tr("The old key lives on until %1").arg(dateTimeText(*until)),
                                     tr("Then an agent, or Go on, revokes it once nothing uses it any more."));
    if (news_.open() && news_.plan->needsPerson())
        return ui_->banner->clear(); // the card says it
    if (news_.open() && !news_.here)
        return ui_->banner->showText(Tone::warn, tr("This rotation has not ended"),
                                     tr("Another process may be at it. If none is, Go on takes it up where the journal ends."));
    if (news_.plan && news_.plan->outcome() == "failed")
        return ui_->banner->showText(Tone::bad, tr("The rotation failed, and the key in use has not changed"), sentenceText(news_.plan->why()));
    if (news_.scheduleTrouble)
        return ui_->banner->showError(*news_.scheduleTrouble);
    ui_->banner->clear();
}

void RotationDialog::judge()
{
    const bool free = known_ && !acting_.running() && !news_.here;
    ui_->rotateButton->setText(news_.open() ? tr("Go on") : tr("Rotate now"));
    ui_->rotateButton->setEnabled(free && news_.held.empty());
    ui_->stopButton->setVisible(news_.here);
    ui_->pasteButton->setEnabled(free && !ui_->pasteEdit->text().trimmed().isEmpty());
    ui_->giveUpButton->setEnabled(free);
    ui_->targetBox->setEnabled(!acting_.running() && !news_.here);
    const std::string typed = ui_->whenEdit->text().trimmed().toStdString();
    ui_->saveButton->setEnabled(known_ && !acting_.running() && !typed.empty() && typed != whenShown_);
}

void RotationDialog::rotate() { act(rotation_.rotate(targetName())); }

// A dashboard shows a key once: what was pasted goes when the rotation has it, and stays where that could not go on.
void RotationDialog::paste() { act(rotation_.paste(targetName(), ui_->pasteEdit->copied())); }

void RotationDialog::act(Task<Result<void>> deed)
{
    refused_.reset();
    acting_ = Pending{std::move(deed), [this](Result<void> begun) {
                          if (begun.has_value())
                              ui_->pasteEdit->forget();
                          else if (begun.error().code != Errc::cancelled) // by the button beside it
                              refused_ = begun.error();
                          look();
                          Q_EMIT changed();
                      }};
    ui_->progress->show();
    ui_->banner->clear();
    judge();
}

void RotationDialog::saveSchedule()
{
    refused_.reset();
    acting_ = Pending{rotation_.schedule(ui_->whenEdit->text().trimmed().toStdString()), [this](Result<void> saved) {
                          if (saved.has_value())
                              whenShown_.clear(); // as it is kept, not as it was typed
                          else
                              refused_ = saved.error();
                          look();
                      }};
    judge();
}

} // namespace drover::gui
