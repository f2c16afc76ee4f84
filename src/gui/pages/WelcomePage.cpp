// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/WelcomePage.h"

#include <QFileDialog>

#include "pages/ui_WelcomePage.h"

#include "gui/Icons.h"
#include "gui/Sentences.h"
#include "gui/Theme.h"
#include "gui/dialogs/WorkspaceDialog.h"

using namespace Qt::StringLiterals;

namespace drover::gui {

WelcomePage::WelcomePage(Workplace& workplace, QWidget* parent)
    : QWidget(parent), ui_(std::make_unique<Ui::WelcomePage>()), workplace_(workplace)
{
    ui_->setupUi(this);
    setWindowTitle(u"Drover"_s);
    ui_->logo->setPixmap(iconPixmap(u"drover"_s, tokens().accent, 48, devicePixelRatioF()));
    ui_->sandboxButton->describe(u"sandbox"_s, tr("Made-up providers, a gateway and live traffic on this machine"));
    ui_->openButton->describe(u"folder"_s, tr("A folder with a drover.toml"));
    ui_->createButton->describe(u"plus"_s, tr("For your own providers; nothing is sent anywhere yet"));
    showBusy(false);
    ui_->sandboxButton->setFocus();
    connect(ui_->sandboxButton, &QPushButton::clicked, this, &WelcomePage::trySandbox);
    connect(ui_->cancelButton, &QPushButton::clicked, this, &WelcomePage::cancel);
    connect(ui_->openButton, &QPushButton::clicked, this, &WelcomePage::choose);
    connect(ui_->createButton, &QPushButton::clicked, this, &WelcomePage::create);
}

WelcomePage::~WelcomePage() = default;

void WelcomePage::trySandbox()
{
    wait(tr("Starting the sandbox …"));
    opening_ = Pending{workplace_.sandbox([this](std::string line) { ui_->progressLabel->setText(sentenceText(line)); }),
                       [this](Result<std::unique_ptr<Session>> session) { take(std::move(session)); }};
}

void WelcomePage::choose()
{
    auto* files = new QFileDialog(this, tr("Folder of the workspace"), QString::fromStdString(workplace_.defaultFolder().string()));
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setFileMode(QFileDialog::Directory);
    files->setOption(QFileDialog::ShowDirsOnly);
    connect(files, &QFileDialog::fileSelected, this, [this](const QString& folder) { open(folder.toStdString()); });
    files->open();
}

void WelcomePage::open(const std::filesystem::path& folder)
{
    wait(tr("Opening %1 …").arg(QString::fromStdString(folder.string())));
    opening_ = Pending{workplace_.open(folder), [this](Result<std::unique_ptr<Session>> session) { take(std::move(session)); }};
}

void WelcomePage::create()
{
    auto* dialog = new WorkspaceDialog(workplace_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        session_ = dialog->takeSession();
        Q_EMIT opened();
    });
    dialog->open();
}

void WelcomePage::wait(const QString& what)
{
    ui_->banner->clear();
    ui_->progressLabel->setText(what);
    showBusy(true);
}

void WelcomePage::showBusy(bool busy)
{
    ui_->progress->setVisible(busy);
    ui_->cancelButton->setVisible(busy);
    for (auto* button : {ui_->sandboxButton, ui_->openButton, ui_->createButton})
        button->setEnabled(!busy);
    if (!busy)
        ui_->progressLabel->clear();
}

// What was started for it ends with it.
void WelcomePage::cancel()
{
    opening_.cancel();
    showBusy(false);
}

void WelcomePage::take(Result<std::unique_ptr<Session>> session)
{
    showBusy(false);
    if (!session.has_value()) {
        ui_->banner->showError(session.error());
        return;
    }
    session_ = std::move(*session);
    Q_EMIT opened();
}

} // namespace drover::gui
