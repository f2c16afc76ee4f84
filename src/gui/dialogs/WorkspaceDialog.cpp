// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/WorkspaceDialog.h"

#include <QFileDialog>

#include "dialogs/ui_WorkspaceDialog.h"

namespace drover::gui {
namespace {

constexpr const char* environments[] = {"dev", "stage", "prod"};
constexpr const char* secretStores[] = {"keychain", "vault"};

} // namespace

WorkspaceDialog::WorkspaceDialog(Workplace& workplace, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::WorkspaceDialog>()), workplace_(workplace)
{
    ui_->setupUi(this);
    ui_->folderEdit->setText(QString::fromStdString(workplace_.defaultFolder().string()));
    ui_->legacyEdit->setText(QStringLiteral("https://api.openai.com/v1"));
    ui_->holysheepEdit->setText(QStringLiteral("https://api.holysheep.ai/v1"));
    ui_->createButton->setDefault(true);
    ui_->progress->hide();
    ui_->nameEdit->setFocus();
    for (auto* line : {ui_->nameEdit, ui_->folderEdit, ui_->legacyEdit, ui_->holysheepEdit})
        connect(line, &QLineEdit::textChanged, this, &WorkspaceDialog::judge);
    connect(ui_->browseButton, &QPushButton::clicked, this, &WorkspaceDialog::browse);
    connect(ui_->cancelButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->createButton, &QPushButton::clicked, this, &WorkspaceDialog::create);
    judge();
}

WorkspaceDialog::~WorkspaceDialog() = default;

void WorkspaceDialog::judge()
{
    const bool whole = !ui_->nameEdit->text().trimmed().isEmpty() && !ui_->folderEdit->text().trimmed().isEmpty()
        && !ui_->legacyEdit->text().trimmed().isEmpty() && !ui_->holysheepEdit->text().trimmed().isEmpty();
    ui_->createButton->setEnabled(whole && !creating_.running());
}

void WorkspaceDialog::browse()
{
    auto* files = new QFileDialog(this, tr("Folder of the workspace"), ui_->folderEdit->text());
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setFileMode(QFileDialog::Directory);
    files->setOption(QFileDialog::ShowDirsOnly);
    connect(files, &QFileDialog::fileSelected, ui_->folderEdit, &QLineEdit::setText);
    files->open();
}

void WorkspaceDialog::create()
{
    WorkspaceWish wish;
    wish.name = ui_->nameEdit->text().trimmed().toStdString();
    wish.folder = ui_->folderEdit->text().trimmed().toStdString();
    wish.environment = environments[ui_->environmentBox->currentIndex()];
    wish.secrets = secretStores[ui_->secretsBox->currentIndex()];
    wish.legacy = ui_->legacyEdit->text().trimmed().toStdString();
    wish.holysheep = ui_->holysheepEdit->text().trimmed().toStdString();
    ui_->banner->clear();
    creating_ = Pending{workplace_.create(std::move(wish)), [this](Result<std::unique_ptr<Session>> session) {
                            showBusy(false);
                            if (!session.has_value()) {
                                ui_->banner->showError(session.error());
                                return;
                            }
                            session_ = std::move(*session);
                            accept();
                        }};
    showBusy(true);
}

void WorkspaceDialog::showBusy(bool busy)
{
    ui_->progress->setVisible(busy);
    ui_->cancelButton->setEnabled(!busy);
    ui_->browseButton->setEnabled(!busy);
    judge();
}

void WorkspaceDialog::reject()
{
    if (!creating_.running())
        QDialog::reject();
}

} // namespace drover::gui
