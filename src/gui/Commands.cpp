// SPDX-License-Identifier: Apache-2.0
#include "gui/Commands.h"

#include <QWidget>

#include "gui/Words.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/TokenDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/widgets/Toast.h"
#include "gui/wizard/MigrationWizard.h"

namespace drover::gui {
namespace {

// Shows a dialog that ends by itself, over the window, without a loop of its own.
template <class D>
D& present(D* dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return *dialog;
}

} // namespace

Commands::Commands(Session& session, Toast& toast, QWidget& window)
    : QObject(&window), session_(session), toast_(toast), window_(window)
{
}

Commands::~Commands() = default;

void Commands::newMigration()
{
    auto& wizard = present(new MigrationWizard(session_, *this, &window_));
    connect(&wizard, &QDialog::accepted, this, [this] {
        toast_.say(tr("The migration has begun."));
        Q_EMIT changed();
    });
}

void Commands::advance()
{
    OrderDialog::Question question;
    question.headline = tr("Advance to the next step?");
    question.text = tr("Next: %1. Gates that have not passed are skipped, and the reason goes into the audit.")
                        .arg(nextActionText(status_.nextAction));
    question.confirm = tr("Advance");
    auto& dialog = present(new OrderDialog(question, &window_));
    connect(&dialog, &OrderDialog::confirmed, this,
            [this](const QString& reason) { order(OrderVerb::advance, reason, tr("Advanced.")); });
}

void Commands::pause() { order(OrderVerb::pause, tr("paused in the console"), tr("Paused. The share is held.")); }

void Commands::resume() { order(OrderVerb::resume, tr("resumed in the console"), tr("Resumed.")); }

void Commands::rollBack()
{
    const WorkspaceFacts& facts = session_.settings().facts();
    OrderDialog::Question question;
    question.headline = tr("Roll back to Legacy?");
    question.text = tr("HolySheep goes from %1 to 0 % at once, for new requests. Streams that have begun end where they are. "
                       "This migration is over then; a new one begins with the shadow phase.")
                        .arg(percentText(status_.shareConfigured));
    question.confirm = tr("Roll back");
    question.danger = true;
    if (facts.isProduction())
        question.typedName = QString::fromStdString(facts.name);
    auto& dialog = present(new OrderDialog(question, &window_));
    connect(&dialog, &OrderDialog::confirmed, this, [this](const QString& reason) {
        const std::string why = reason.isEmpty() ? "rolled back in the console" : reason.toStdString();
        rollingBack_ = Pending{session_.migration().order(OrderVerb::rollback, why), [this](Result<void> result) {
                                   if (result.has_value())
                                       toast_.say(tr("Rolled back. All new requests go to Legacy."));
                                   else
                                       toast_.say(errorHeadline(result.error()) + QStringLiteral(": ")
                                                      + QString::fromStdString(describe(result.error())),
                                                  Tone::bad);
                                   Q_EMIT changed();
                               }};
    });
}

void Commands::order(OrderVerb verb, const QString& reason, const QString& done)
{
    ordering_ = Pending{session_.migration().order(verb, reason.toStdString()), [this, done](Result<void> result) {
                            if (result.has_value())
                                toast_.say(done);
                            else
                                toast_.say(errorHeadline(result.error()) + QStringLiteral(": ")
                                               + QString::fromStdString(describe(result.error())),
                                           Tone::bad);
                            Q_EMIT changed();
                        }};
}

void Commands::addKey()
{
    auto& dialog = present(new AddKeyDialog(session_.keys(), session_.clock(), &window_));
    connect(&dialog, &AddKeyDialog::added, this, [this](const QString& id) {
        Q_EMIT changed();
        verifyKey(id);
    });
}

void Commands::verifyKey(const QString& id)
{
    auto& dialog = present(new VerifyKeyDialog(session_.keys(), id, &window_));
    connect(&dialog, &QDialog::finished, this, &Commands::changed);
}

void Commands::createToken()
{
    auto& dialog = present(new TokenDialog(session_.gateways(), &window_));
    connect(&dialog, &QDialog::finished, this, &Commands::changed);
}

} // namespace drover::gui
