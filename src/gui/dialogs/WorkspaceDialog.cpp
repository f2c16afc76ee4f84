// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/WorkspaceDialog.h"

#include <QFileDialog>

#include "dialogs/ui_WorkspaceDialog.h"

#include "gui/Words.h"

namespace drover::gui {
namespace {

constexpr const char* environments[] = {"dev", "stage", "prod"};

// One thing a store needs to be told: a setting of drover.toml.
struct StoreField {
    const char* key;
    const char* label;
    const char* preset = "";
    const char* hint = "";      // an example
    bool mayBeEmpty = false;
};
// A store, and a way to log in at it. What opens it is never typed here: it is named, and read when it is needed.
struct StoreChoice {
    const char* kind;           // SecretStore::kind(), secrets.store
    const char* way = nullptr;  // to log in, where there is more than one …
    const char* auth = nullptr; // … and vault.auth
    std::vector<StoreField> fields = {};
};

constexpr const char* secretHint = "env:NAME, file:PATH";

// Labels are translated where they are shown.
const std::vector<StoreChoice>& storeChoices()
{
    static const StoreField address{"vault.address", QT_TRANSLATE_NOOP("WorkspaceDialog", "Address"), "", "https://vault.example.com:8200"};
    static const StoreField nameSpace{"vault.namespace", QT_TRANSLATE_NOOP("WorkspaceDialog", "Namespace"), "", QT_TRANSLATE_NOOP("WorkspaceDialog", "None"), true};
    static const StoreField mount{"vault.mount", QT_TRANSLATE_NOOP("WorkspaceDialog", "Mount"), "secret"};
    static const std::vector<StoreChoice> all{
        {"keychain"},
        {"vault", QT_TRANSLATE_NOOP("WorkspaceDialog", "token"), "token",
         {address, nameSpace, mount, {"vault.token", QT_TRANSLATE_NOOP("WorkspaceDialog", "Token"), "env:VAULT_TOKEN", secretHint}}},
        {"vault", QT_TRANSLATE_NOOP("WorkspaceDialog", "AppRole"), "approle",
         {address, nameSpace, mount, {"vault.role_id", QT_TRANSLATE_NOOP("WorkspaceDialog", "Role id")},
          {"vault.secret_id", QT_TRANSLATE_NOOP("WorkspaceDialog", "Secret id"), "", secretHint}}},
        {"vault", QT_TRANSLATE_NOOP("WorkspaceDialog", "user name and password"), "userpass",
         {address, nameSpace, mount, {"vault.username", QT_TRANSLATE_NOOP("WorkspaceDialog", "User name")},
          {"vault.password", QT_TRANSLATE_NOOP("WorkspaceDialog", "Password"), "", secretHint}}},
        {"vault", QT_TRANSLATE_NOOP("WorkspaceDialog", "Kubernetes"), "kubernetes",
         {address, nameSpace, mount, {"vault.role", QT_TRANSLATE_NOOP("WorkspaceDialog", "Role")}}},
        {"vault", QT_TRANSLATE_NOOP("WorkspaceDialog", "JWT"), "jwt",
         {address, nameSpace, mount, {"vault.role", QT_TRANSLATE_NOOP("WorkspaceDialog", "Role")},
          {"vault.jwt", QT_TRANSLATE_NOOP("WorkspaceDialog", "Token"), "", secretHint}}},
        {"vault", QT_TRANSLATE_NOOP("WorkspaceDialog", "browser (OIDC)"), "oidc",
         {address, nameSpace, mount,
          {"vault.role", QT_TRANSLATE_NOOP("WorkspaceDialog", "Role"), "", QT_TRANSLATE_NOOP("WorkspaceDialog", "The mount's default"), true}}},
        {"aws", nullptr, nullptr,
         {{"aws.region", QT_TRANSLATE_NOOP("WorkspaceDialog", "Region"), "", "eu-central-1"},
          {"aws.access_key_id", QT_TRANSLATE_NOOP("WorkspaceDialog", "Access key id"), "", "AKIA…"},
          {"aws.secret_access_key", QT_TRANSLATE_NOOP("WorkspaceDialog", "Secret access key"), "env:AWS_SECRET_ACCESS_KEY", secretHint}}},
        {"gcp", nullptr, nullptr,
         {{"gcp.project", QT_TRANSLATE_NOOP("WorkspaceDialog", "Project"), "", "my-project-123"},
          {"gcp.credentials", QT_TRANSLATE_NOOP("WorkspaceDialog", "Service account key"), "", "file:/etc/drover/account.json"}}},
        {"azure", nullptr, nullptr,
         {{"azure.vault_url", QT_TRANSLATE_NOOP("WorkspaceDialog", "Vault URL"), "", "https://my-vault.vault.azure.net"},
          {"azure.tenant", QT_TRANSLATE_NOOP("WorkspaceDialog", "Tenant id")},
          {"azure.client_id", QT_TRANSLATE_NOOP("WorkspaceDialog", "Client id")},
          {"azure.client_secret", QT_TRANSLATE_NOOP("WorkspaceDialog", "Client secret"), "env:AZURE_CLIENT_SECRET", secretHint}}},
    };
    return all;
}

QString said(const char* text) { return QCoreApplication::translate("WorkspaceDialog", text); }

} // namespace

WorkspaceDialog::WorkspaceDialog(Workplace& workplace, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::WorkspaceDialog>()), workplace_(workplace)
{
    ui_->setupUi(this);
    ui_->folderEdit->setText(QString::fromStdString(workplace_.defaultFolder().string()));
    ui_->legacyEdit->setText(QStringLiteral("https://api.openai.com/v1"));
    ui_->holysheepEdit->setText(QStringLiteral("https://api.holysheep.ai/v1"));
    for (const StoreChoice& choice : storeChoices())
        ui_->secretsBox->addItem(choice.way != nullptr ? tr("%1, by %2").arg(storeText(choice.kind), said(choice.way)) : storeText(choice.kind));
    connect(ui_->secretsBox, &QComboBox::currentIndexChanged, this, &WorkspaceDialog::showStore);
    ui_->createButton->setDefault(true);
    ui_->progress->hide();
    ui_->nameEdit->setFocus();
    for (auto* line : {ui_->nameEdit, ui_->folderEdit, ui_->legacyEdit, ui_->holysheepEdit})
        connect(line, &QLineEdit::textChanged, this, &WorkspaceDialog::judge);
    connect(ui_->browseButton, &QPushButton::clicked, this, &WorkspaceDialog::browse);
    connect(ui_->cancelButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->createButton, &QPushButton::clicked, this, &WorkspaceDialog::create);
    showStore();
}

WorkspaceDialog::~WorkspaceDialog() = default;

// What was typed for one way to a store stays where another one asks for the same.
void WorkspaceDialog::showStore()
{
    QHash<QString, QString> typed;
    for (const QLineEdit* edit : storeEdits_)
        typed.insert(edit->objectName(), edit->text());
    storeEdits_.clear();
    while (ui_->storeForm->rowCount() > 0)
        ui_->storeForm->removeRow(0);
    const StoreChoice& choice = storeChoices()[std::size_t(ui_->secretsBox->currentIndex())];
    for (const StoreField& field : choice.fields) {
        auto* edit = new QLineEdit(ui_->storeCard);
        edit->setObjectName(QLatin1StringView(field.key));
        edit->setText(typed.value(edit->objectName(), QString::fromUtf8(field.preset)));
        edit->setPlaceholderText(said(field.hint));
        edit->setAccessibleName(said(field.label));
        edit->setToolTip(QLatin1StringView(field.key));
        connect(edit, &QLineEdit::textChanged, this, &WorkspaceDialog::judge);
        auto* label = new QLabel(said(field.label), ui_->storeCard);
        label->setProperty("role", QStringLiteral("muted"));
        label->setBuddy(edit);
        ui_->storeForm->addRow(label, edit);
        storeEdits_.push_back(edit);
    }
    ui_->storeCard->setVisible(!choice.fields.empty());
    ui_->banner->clear();
    judge();
}

// The store itself last: by then it has what it needs.
std::vector<std::pair<std::string, std::string>> WorkspaceDialog::storeSettings() const
{
    const StoreChoice& choice = storeChoices()[std::size_t(ui_->secretsBox->currentIndex())];
    std::vector<std::pair<std::string, std::string>> settings;
    for (std::size_t i = 0; i < choice.fields.size(); ++i)
        if (const QString typed = storeEdits_[i]->text().trimmed(); !typed.isEmpty())
            settings.emplace_back(choice.fields[i].key, typed.toStdString());
    if (choice.auth != nullptr)
        settings.emplace_back("vault.auth", choice.auth);
    settings.emplace_back("secrets.store", choice.kind);
    return settings;
}

void WorkspaceDialog::judge()
{
    const StoreChoice& choice = storeChoices()[std::size_t(ui_->secretsBox->currentIndex())];
    bool opens = true; // the store
    for (std::size_t i = 0; i < choice.fields.size(); ++i)
        opens = opens && (choice.fields[i].mayBeEmpty || !storeEdits_[i]->text().trimmed().isEmpty());
    const bool whole = opens && !ui_->nameEdit->text().trimmed().isEmpty() && !ui_->folderEdit->text().trimmed().isEmpty()
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
    wish.store = storeSettings();
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
