// SPDX-License-Identifier: Apache-2.0
#include "gui/MainWindow.h"

#include <QAction>
#include <QEvent>
#include <QToolButton>

#include "ui_MainWindow.h"

#include "gui/ActionTable.h"
#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/Icons.h"
#include "gui/PageTable.h"
#include "gui/Words.h"
#include "gui/dialogs/AboutDialog.h"
#include "gui/widgets/Toast.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

QString actionName(const ActionSpec& spec) { return QCoreApplication::translate("Action", spec.text); }
QColor onDanger() { return tokens().onBad; }

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
    status_ = session_.migration().watch([this](const app::MigrationStatus& status) { showStatus(status); });
    showStatus({});
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

void MainWindow::showStatus(const app::MigrationStatus& status)
{
    commands_->setStatus(status);
    ui_->phasePill->set(phaseText(status.phase), phaseTone(status.phase));
    const bool running = fits(Needs::reversible, status);
    ui_->shareLabel->setText(running ? tr("HolySheep %1").arg(percentText(status.shareConfigured)) : QString());
    ui_->rollBackButton->setEnabled(running);
    for (const ActionSpec& spec : actionTable())
        findChild<QAction*>(QLatin1StringView(spec.id))->setEnabled(fits(spec.needs, status));
    for (int i = 0; i < ui_->stack->count(); ++i)
        static_cast<Page*>(ui_->stack->widget(i))->showStatus(status);
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
