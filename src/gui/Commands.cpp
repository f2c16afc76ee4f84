// SPDX-License-Identifier: Apache-2.0
#include "gui/Commands.h"

#include <QWidget>

#include "gui/Words.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/CheckDialog.h"
#include "gui/dialogs/ImportDialog.h"
#include "gui/dialogs/RevealDialog.h"
#include "gui/dialogs/RotationDialog.h"
#include "gui/dialogs/ScanDialog.h"
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

QString productionName(Session& session)
{
    const WorkspaceFacts& facts = session.settings().facts();
    return facts.isProduction() ? text(facts.name) : QString();
}

// A line for each gate that an advance would skip.
QStringList gatesNotPassed(const app::MigrationStatus& status)
{
    QStringList lines;
    for (const auto& gate : status.gates)
        if (gate.verdict != Verdict::pass)
            lines << Commands::tr("%1: %2. %3").arg(gateText(gate.name), verdictText(gate.verdict), gateSentence(gate));
    return lines;
}

} // namespace

Commands::Commands(Session& session, Toast& toast, QWidget& window)
    : QObject(&window), session_(session), toast_(toast), window_(window)
{
    awaitRevocation();
}

Commands::~Commands() = default;

void Commands::setNews(const MigrationNews& news)
{
    news_ = news;
    if (advancing_ && stepOf(news_.status) != asked_) {
        advancing_->reject();
        toast_.say(tr("The migration went on meanwhile; nothing was ordered."), Tone::warn);
    }
}

OrderDialog& Commands::ask(OrderDialog::Question question) { return present(new OrderDialog(question, &window_)); }

void Commands::newMigration()
{
    auto& wizard = present(new MigrationWizard(session_, *this, &window_));
    connect(&wizard, &QDialog::accepted, this, [this] {
        toast_.say(tr("The migration has begun."));
        Q_EMIT succeeded();
        Q_EMIT changed();
    });
}

void Commands::advance()
{
    if (advancing_)
        return;
    const app::MigrationStatus& status = news_.status;
    const QStringList skipped = gatesNotPassed(status);
    OrderDialog::Question question;
    question.headline = tr("Advance to the next step?");
    question.text = tr("Next: %1.").arg(nextActionText(status.nextAction));
    if (!skipped.isEmpty()) {
        question.text += u'\n' + tr("These gates have not passed and would be skipped:") + u'\n' + skipped.join(u'\n');
        question.reason = OrderDialog::Reason::required;
    }
    question.confirm = tr("Advance");
    if (status.nextAction == "cutover")
        question.typedName = productionName(session_);
    asked_ = stepOf(status);
    auto& dialog = ask(question);
    advancing_ = &dialog;
    connect(&dialog, &OrderDialog::confirmed, this, [this](const QString& reason) {
        advancing_.clear();
        order(OrderVerb::advance, tr("Advance"), reason.toStdString(), tr("Advanced."));
    });
}

// Reasons are of the audit, which is in one language whatever the console's is.
void Commands::pause() { order(OrderVerb::pause, tr("Pause"), "paused in the console", tr("Paused. The share is held.")); }

void Commands::resume() { order(OrderVerb::resume, tr("Resume"), "resumed in the console", tr("Resumed.")); }

void Commands::rollBack()
{
    OrderDialog::Question question;
    question.headline = tr("Roll back to Legacy?");
    const QString how = news_.known()
        ? tr("HolySheep goes from %1 to 0 % at once, for new requests.").arg(percentText(news_.status.shareConfigured))
        : tr("HolySheep goes to 0 % at once, for new requests.");
    question.text = how + u' '
        + tr("Streams that have begun end where they are. This migration is over then; a new one begins with the shadow phase.");
    question.confirm = tr("Roll back");
    question.danger = true;
    question.typedName = productionName(session_);
    connect(&ask(question), &OrderDialog::confirmed, this, [this](const QString& reason) {
        order(OrderVerb::rollback, tr("Roll back"), reason.isEmpty() ? "rolled back in the console" : reason.toStdString(),
              tr("Rolled back. All new requests go to Legacy."));
    });
}

void Commands::order(OrderVerb verb, const QString& what, std::string reason, const QString& done)
{
    Pending& slot = ordering_[std::size_t(verb)];
    if (slot.running()) {
        toast_.say(tr("%1 is on its way already.").arg(what), Tone::neutral);
        return;
    }
    // To advance is to say yes to one step: after a failure the question is put anew.
    again_ = verb == OrderVerb::advance ? std::function<void()>([this] { advance(); })
                                        : [this, verb, what, reason, done] { order(verb, what, reason, done); };
    perform(slot, {what, done, [this, verb, reason] { return session_.migration().order(verb, reason); }});
}

void Commands::perform(Pending& slot, Deed deed)
{
    if (slot.running()) { // a second one in its place would break the first one off
        toast_.say(tr("%1: not yet. One like it is on its way still.").arg(deed.what), Tone::warn);
        return;
    }
    slot = Pending{deed.act(), [this, what = deed.what, done = deed.done](Result<void> result) {
                       if (result.has_value()) {
                           toast_.say(done);
                           Q_EMIT succeeded();
                       } else {
                           Q_EMIT failed(what, result.error());
                       }
                       Q_EMIT changed();
                   }};
}

void Commands::again()
{
    const std::function<void()> deed = again_; // a copy: it replaces itself
    if (deed)
        deed();
}

void Commands::addKey()
{
    auto& dialog = present(new AddKeyDialog(session_.keys(), session_.clock(), &window_));
    connect(&dialog, &AddKeyDialog::added, this, [this](const QString& id) {
        Q_EMIT changed();
        verifyKey(id);
    });
}

void Commands::importKeys()
{
    auto& dialog = present(new ImportDialog(session_.keys(), &window_));
    connect(&dialog, &ImportDialog::imported, this, [this](int count) {
        toast_.say(tr("%n key(s) imported. Verify them next.", nullptr, count));
        Q_EMIT changed();
    });
}

void Commands::verifyKey(const QString& id)
{
    auto& dialog = present(new VerifyKeyDialog(session_.keys(), id, &window_));
    connect(&dialog, &QDialog::finished, this, &Commands::changed);
}

void Commands::revealKey(const KeyRecord& key) { present(new RevealDialog(session_.keys(), key, &window_)); }

void Commands::revokeKey(const KeyRecord& key)
{
    const QString name = text(key.name.empty() ? key.id : key.name);
    OrderDialog::Question question;
    question.headline = tr("Revoke the key %1?").arg(name);
    question.text = tr("It ends at %1 for everybody who uses it, here or elsewhere, and cannot be brought back. A key in use is refused: rotate it instead.")
                        .arg(targetText(key.target));
    question.confirm = tr("Revoke");
    question.danger = true;
    question.typedName = name;
    question.typedWhat = tr("Type the key's name, %1, to go on.").arg(name);
    connect(&ask(question), &OrderDialog::confirmed, this, [this, key, name](const QString& reason) {
        again_ = [this, key] { revokeKey(key); };
        const std::string why = reason.isEmpty() ? "revoked in the console" : reason.toStdString();
        perform(revokingKey_, {tr("Revoke %1").arg(name), tr("The key %1 is revoked.").arg(name),
                               [this, id = key.id, why] { return session_.keys().revoke(id, why); }});
    });
}

// One that a window before this one ordered (the language was changed): what comes of it is said here.
void Commands::awaitRevocation()
{
    const std::string id = session_.keys().revoking();
    if (!id.empty())
        perform(revokingKey_, {tr("Revoke %1").arg(text(id)), tr("The key %1 is revoked.").arg(text(id)),
                               [this, id] { return session_.keys().revoke(id, {}); }});
}

void Commands::rotateKey() { rotateKeyOf(QString::fromLatin1(app::scheduledTarget)); }

void Commands::rotateKeyOf(const QString& target)
{
    auto& dialog = present(new RotationDialog(session_.rotation(), target, &window_));
    connect(&dialog, &RotationDialog::changed, this, &Commands::changed);
}

void Commands::scanForKeys()
{
    auto& dialog = present(new ScanDialog(session_.keys(), &window_));
    connect(&dialog, &ScanDialog::rotationWanted, this, &Commands::rotateKeyOf);
}

void Commands::checkKeys()
{
    auto& dialog = present(new CheckDialog(session_.keys(), &window_));
    connect(&dialog, &CheckDialog::forgotten, this, [this](int count) {
        toast_.say(tr("%n key(s) forgotten.", nullptr, count));
        Q_EMIT changed();
    });
}

void Commands::createToken()
{
    auto& dialog = present(new TokenDialog(session_.gateways(), &window_));
    connect(&dialog, &QDialog::finished, this, &Commands::changed);
}

void Commands::stopGateway(const std::string& id)
{
    OrderDialog::Question question;
    question.headline = tr("Stop the gateway %1?").arg(text(id));
    question.text = tr("It takes no new requests, finishes those it has, and ends. Clients that know no other gateway get no answers.");
    question.confirm = tr("Stop");
    question.danger = true;
    question.reason = OrderDialog::Reason::none;
    question.typedName = productionName(session_);
    connect(&ask(question), &OrderDialog::confirmed, this, [this, id] {
        again_ = [this, id] { stopGateway(id); };
        perform(stopping_, {tr("Stop %1").arg(text(id)), tr("%1 has stopped.").arg(text(id)), [this, id] { return session_.gateways().stop(id); }});
    });
}

void Commands::revokeToken(const std::string& name)
{
    OrderDialog::Question question;
    question.headline = tr("Revoke the token of %1?").arg(text(name));
    question.text = tr("Every client that uses it is turned away within a second. It cannot be brought back; a new token has another text.");
    question.confirm = tr("Revoke");
    question.danger = true;
    question.reason = OrderDialog::Reason::none;
    question.typedName = productionName(session_);
    connect(&ask(question), &OrderDialog::confirmed, this, [this, name] {
        again_ = [this, name] { revokeToken(name); };
        perform(revoking_, {tr("Revoke %1").arg(text(name)), tr("The token of %1 is revoked.").arg(text(name)),
                            [this, name] { return session_.gateways().revokeToken(name); }});
    });
}

} // namespace drover::gui
