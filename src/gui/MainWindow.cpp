// SPDX-License-Identifier: Apache-2.0
#include "gui/MainWindow.h"

#include <QAction>
#include <QCloseEvent>
#include <QToolButton>

#include "ui_MainWindow.h"

#include "gui/ActionTable.h"
#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/Icons.h"
#include "gui/PageTable.h"
#include "gui/Remark.h"
#include "gui/Words.h"
#include "gui/dialogs/AboutDialog.h"
#include "gui/dialogs/CloseDialog.h"
#include "gui/widgets/Toast.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

QString actionName(const ActionSpec& spec) { return QCoreApplication::translate("Action", spec.text); }
QColor onDanger() { return tokens().onBad; }

// Without a word for so long, what stands on the screen is old: a look takes milliseconds and comes twice a second.
constexpr int silenceMs = 5000;

} // namespace

MainWindow::MainWindow(Session& session, Appearance& appearance, QWidget* parent)
    : QMainWindow(parent), ui_(std::make_unique<Ui::MainWindow>()), session_(session), appearance_(appearance)
{
    ui_->setupUi(this);
    toast_ = new Toast(ui_->content);
    commands_ = new Commands(session_, *toast_, *this);
    const WorkspaceFacts& facts = session_.settings().facts();
    setWindowTitle(tr("%1 – Drover").arg(text(facts.name)));
    ui_->workspaceName->setText(text(facts.name));
    ui_->workspaceHint->setText(facts.sandbox ? tr("Sandbox workspace") : environmentText(facts.environment));
    ui_->environmentPill->set(facts.sandbox ? tr("Sandbox") : environmentText(facts.environment),
                              facts.isProduction() ? Tone::warn : Tone::neutral);
    addPages();
    addActions();
    addNotices();
    dress();
    connect(ui_->themeButton, &QToolButton::clicked, this,
            [this] { appearance_.setTheme(tokens().dark ? ThemeName::light : ThemeName::dark); });
    connect(ui_->aboutButton, &QToolButton::clicked, this, [this] {
        auto* about = new AboutDialog(this);
        about->setAttribute(Qt::WA_DeleteOnClose);
        about->open();
    });
    connect(ui_->rollBackButton, &QPushButton::clicked, commands_, &Commands::rollBack);
    connect(commands_, &Commands::changed, this, [this] {
        if (auto* shown = page(currentPage()))
            shown->refresh();
    });
    status_ = session_.migration().watch([this](const MigrationNews& news) { showNews(news); });
    showNews({});
    silence_.start();
    go(u"overview"_s);
    resize(1280, 800);
}

MainWindow::~MainWindow()
{
    // Pages abort their requests while the commands they may call still stand.
    status_.reset();
    while (QWidget* shown = ui_->stack->widget(0)) {
        const std::unique_ptr<QWidget> owned(shown);
        ui_->stack->removeWidget(shown);
    }
}

void MainWindow::addPages()
{
    const PageContext context{session_, *commands_, appearance_, [this](const QString& id) { go(id); }};
    int number = 0;
    for (const PageSpec& spec : pageTable()) {
        auto* button = new QToolButton(ui_->sidebar);
        button->setObjectName(u"nav_"_s + QLatin1StringView(spec.id));
        button->setText(u"  "_s + pageTitle(spec));
        button->setIcon(icon(QString::fromLatin1(spec.icon)));
        button->setIconSize(QSize(18, 18));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setCheckable(true);
        button->setProperty("nav", true);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setShortcut(QKeySequence(QLatin1StringView(spec.shortcut)));
        button->setAccessibleName(pageTitle(spec));
        button->setToolTip(button->shortcut().toString(QKeySequence::NativeText));
        navigation_.addButton(button, number++);
        ui_->navLayout->addWidget(button);
        Page* made = spec.make(context).release();
        made->setObjectName(QLatin1StringView(spec.id));
        ui_->stack->addWidget(made);
    }
    connect(&navigation_, &QButtonGroup::idClicked, this,
            [this](int id) { go(QLatin1StringView(pageTable()[std::size_t(id)].id)); });
}

void MainWindow::addActions()
{
    for (const ActionSpec& spec : actionTable()) {
        auto* action = new QAction(icon(QString::fromLatin1(spec.icon)), actionName(spec), this);
        action->setObjectName(QLatin1StringView(spec.id));
        action->setShortcut(QKeySequence(QLatin1StringView(spec.shortcut)));
        connect(action, &QAction::triggered, commands_, [commands = commands_, run = spec.run] { (commands->*run)(); });
        addAction(action);
    }
}

void MainWindow::go(const QString& id)
{
    const auto pages = pageTable();
    for (std::size_t i = 0; i < pages.size(); ++i) {
        if (id != QLatin1StringView(pages[i].id))
            continue;
        navigation_.button(int(i))->setChecked(true);
        ui_->pageTitle->setText(pageTitle(pages[i]));
        ui_->stack->setCurrentIndex(int(i));
    }
}

QString MainWindow::currentPage() const { return ui_->stack->currentWidget()->objectName(); }

Page* MainWindow::page(const QString& id) const
{
    for (int i = 0; i < ui_->stack->count(); ++i)
        if (ui_->stack->widget(i)->objectName() == id)
            return static_cast<Page*>(ui_->stack->widget(i));
    return nullptr;
}

void MainWindow::addNotices()
{
    ui_->notices->hide();
    ui_->orderBanner->setDismissable(true);
    silence_.setInterval(silenceMs);
    silence_.callOnTimeout(this, &MainWindow::showTrouble);
    connect(commands_, &Commands::failed, this, &MainWindow::showFailure);
    connect(commands_, &Commands::succeeded, this, [this] {
        ui_->orderBanner->clear();
        ui_->notices->setVisible(!ui_->statusBanner->isHidden());
    });
    connect(ui_->orderBanner, &Banner::dismissed, this, [this] { ui_->notices->setVisible(!ui_->statusBanner->isHidden()); });
    connect(ui_->orderBanner, &Banner::activated, commands_, &Commands::again);
}

void MainWindow::showNews(const MigrationNews& news)
{
    silence_.start();
    commands_->setNews(news);
    ui_->phasePill->set(news.known() ? phaseText(news.status.phase) : tr("Not known yet"), news.known() ? phaseTone(news.status.phase) : Tone::neutral);
    ui_->shareLabel->setText(shareText(news));
    ui_->rollBackButton->setEnabled(fits(Needs::reversible, news));
    for (const ActionSpec& spec : actionTable())
        findChild<QAction*>(QLatin1StringView(spec.id))->setEnabled(fits(spec.needs, news));
    for (int i = 0; i < ui_->stack->count(); ++i)
        static_cast<Page*>(ui_->stack->widget(i))->showNews(news);
    if (news.trouble) {
        showTrouble();
    } else {
        ui_->statusBanner->clear();
        ui_->notices->setVisible(!ui_->orderBanner->isHidden());
        showAge(false);
    }
}

void MainWindow::showAge(bool old)
{
    for (int i = 0; i < ui_->stack->count(); ++i)
        static_cast<Page*>(ui_->stack->widget(i))->showAge(old);
}

// The figures are old, or never came: said on every page, since every page shows some.
void MainWindow::showTrouble()
{
    const MigrationNews& news = commands_->news();
    const QString since = news.known() ? tr("The figures are as of %1.").arg(clockText(*news.asOf)) : tr("Nothing is known of a migration yet.");
    if (news.trouble)
        ui_->statusBanner->showText(Tone::bad, tr("The migration's state cannot be read: %1").arg(errorHeadline(*news.trouble)),
                                    since + u' ' + text(describe(*news.trouble)));
    else
        ui_->statusBanner->showText(Tone::warn, tr("No answer about the migration's state; still asking"), since);
    if (news.known() && !ui_->shareLabel->text().isEmpty())
        ui_->shareLabel->setText(tr("%1 · as of %2").arg(shareText(news), clockText(*news.asOf)));
    ui_->notices->show();
    showAge(true);
}

void MainWindow::showFailure(const QString& what, const Error& error)
{
    const QString remedy = errorRemedy(error);
    ui_->orderBanner->showText(Tone::bad, tr("%1 failed: %2").arg(what, errorHeadline(error)),
                               text(describe(error)) + (remedy.isEmpty() ? QString() : u'\n' + remedy), tr("Try again"));
    ui_->notices->show();
}

bool MainWindow::keyWorkHere() const { return session_.rotation().here() || !session_.keys().revoking().empty(); }

// Whoever closes the window of the controller takes away what renews the lease, or leaves a rotation half done: asked, not guessed.
void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!closing_ && keyWorkHere()) {
        event->ignore();
        askToLeaveKeyWork();
        return;
    }
    const MigrationNews& news = commands_->news();
    if (closing_ || !news.controlled || !news.running()) {
        QMainWindow::closeEvent(event);
        return;
    }
    event->ignore();
    if (findChild<CloseDialog*>() != nullptr)
        return;
    auto* dialog = new CloseDialog(news, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CloseDialog::closeChosen, this, [this] {
        closing_ = true;
        close();
    });
    connect(dialog, &CloseDialog::pauseChosen, this, &MainWindow::pauseAndClose);
    dialog->open();
}

void MainWindow::askToLeaveKeyWork()
{
    if (leaving_)
        return;
    OrderDialog::Question question;
    if (const std::string id = session_.keys().revoking(); !id.empty()) {
        question.headline = tr("The key %1 is being revoked").arg(text(id));
        question.text = tr("It stops where it is: the key may have ended at its provider by then, or not. Revoke it again later, and that goes on "
                           "from there.");
    } else {
        question.headline = tr("A key rotation runs in this console");
        question.text = tr("It stops where it is, and nothing is lost: no key in use is taken away. An agent goes on with it, or you do, here under Rotate.");
    }
    question.confirm = tr("Close all the same");
    question.danger = true;
    question.reason = OrderDialog::Reason::none;
    auto* dialog = new OrderDialog(question, this);
    leaving_ = dialog;
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &OrderDialog::confirmed, this, [this] {
        closing_ = true;
        close();
    });
    dialog->open();
}

void MainWindow::pauseAndClose()
{
    pausing_ = Pending{session_.migration().order(OrderVerb::pause, "paused as the console was closed"), [this](Result<void> result) {
                           if (!result.has_value())
                               return showFailure(tr("Pause"), result.error());
                           closing_ = true;
                           close();
                       }};
}

void MainWindow::dress()
{
    ui_->logo->setPixmap(iconPixmap(u"drover"_s, tokens().accent, 24, devicePixelRatioF()));
    ui_->themeButton->setIcon(icon(tokens().dark ? u"sun"_s : u"moon"_s));
    ui_->aboutButton->setIcon(icon(u"info"_s));
    ui_->rollBackButton->setIcon(icon(u"rollback"_s, &onDanger));
    ui_->rollBackButton->setText(tr("Roll back"));
    ui_->rollBackButton->setToolTip(tr("All traffic back to Legacy at once (%1)").arg(u"Ctrl+Shift+R"_s));
}

void MainWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && commands_ != nullptr)
        dress();
    QMainWindow::changeEvent(event);
}

} // namespace drover::gui
