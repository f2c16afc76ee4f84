// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/AddKeyDialog.h"

#include "dialogs/ui_AddKeyDialog.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

namespace drover::gui {
namespace {

constexpr int expiryDays[] = {0, 30, 60, 90};

} // namespace

AddKeyDialog::AddKeyDialog(KeyDesk& keys, const Clock& clock, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::AddKeyDialog>()), keys_(keys), clock_(clock)
{
    ui_->setupUi(this);
    for (const std::string& target : keys_.targets())
        ui_->targetBox->addItem(targetText(target), text(target));
    ui_->addButton->setDefault(true);
    ui_->addButton->setEnabled(false);
    ui_->progress->hide();
    ui_->nameEdit->setFocus();
    connect(ui_->keyEdit, &QLineEdit::textChanged, this, &AddKeyDialog::judge);
    connect(ui_->targetBox, &QComboBox::currentIndexChanged, this, &AddKeyDialog::judge);
    connect(ui_->cancelButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->addButton, &QPushButton::clicked, this, &AddKeyDialog::add);
}

AddKeyDialog::~AddKeyDialog() = default;

// What can be said of a key before it is sent anywhere: whether it looks like one. Remarks, no obstacles.
void AddKeyDialog::judge()
{
    std::string plain = ui_->keyEdit->text().trimmed().toStdString();
    ui_->addButton->setEnabled(!plain.empty() && !adding_.running());
    ui_->banner->clear();
    const std::string target = ui_->targetBox->currentData().toString().toStdString();
    if (plain.size() >= 8) {
        if (const auto why = app::whyNoKey(plain, {}); !why.empty())
            ui_->banner->showText(Tone::warn, tr("This does not look like a key"), sentenceText(why));
        else if (const auto warning = app::prefixWarning(plain, target); !warning.empty())
            ui_->banner->showText(Tone::warn, tr("Unusual for %1").arg(targetText(target)), sentenceText(warning));
    }
    wipe(plain);
}

void AddKeyDialog::add()
{
    app::KeyAddition addition;
    addition.target = ui_->targetBox->currentData().toString().toStdString();
    addition.name = ui_->nameEdit->text().trimmed().toStdString();
    const int days = expiryDays[ui_->expiryBox->currentIndex()];
    if (days > 0)
        addition.expiresAt = clock_.now() + std::chrono::hours{24 * days};
    ui_->banner->clear();
    Secret key = ui_->keyEdit->take();
    adding_ = Pending{keys_.add(std::move(addition), std::move(key)), [this](Result<app::KeyAdded> result) {
                          showBusy(false);
                          if (!result.has_value()) {
                              ui_->banner->showError(result.error());
                              ui_->keyEdit->setFocus();
                              return;
                          }
                          Q_EMIT added(text(result->record.id));
                          accept();
                      }};
    showBusy(true);
}

void AddKeyDialog::showBusy(bool busy)
{
    ui_->progress->setVisible(busy);
    for (QWidget* control : {static_cast<QWidget*>(ui_->targetBox), static_cast<QWidget*>(ui_->nameEdit), static_cast<QWidget*>(ui_->keyEdit),
                             static_cast<QWidget*>(ui_->expiryBox), static_cast<QWidget*>(ui_->cancelButton)})
        control->setEnabled(!busy);
    ui_->addButton->setEnabled(!busy && !ui_->keyEdit->text().isEmpty());
}

void AddKeyDialog::reject()
{
    if (!adding_.running())
        QDialog::reject();
}

} // namespace drover::gui
