// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/ImportDialog.h"

#include <QFileDialog>

#include "dialogs/ui_ImportDialog.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

#include <algorithm>
#include <iterator>

namespace drover::gui {
namespace {

using Kind = app::KeySource::Kind;

struct Source {
    const char* text;  // of none where it is a store
    Kind kind;
    const char* where; // of a store
};
constexpr Source sources[] = {
    {QT_TRANSLATE_NOOP("ImportDialog", "Environment variables"), Kind::environment, ""},
    {QT_TRANSLATE_NOOP("ImportDialog", "A .env file"), Kind::dotenv, ""},
    {QT_TRANSLATE_NOOP("ImportDialog", "HolySheep's config.json"), Kind::config, ""},
    {nullptr, Kind::store, "keychain"},
    {nullptr, Kind::store, "vault"},
    {nullptr, Kind::store, "aws"},
    {nullptr, Kind::store, "gcp"},
    {nullptr, Kind::store, "azure"},
};

bool isFile(Kind kind) { return kind == Kind::dotenv || kind == Kind::config; }

} // namespace

ImportDialog::ImportDialog(KeyDesk& keys, QWidget* parent) : QDialog(parent), ui_(std::make_unique<Ui::ImportDialog>()), keys_(keys)
{
    ui_->setupUi(this);
    for (const Source& source : sources)
        ui_->sourceBox->addItem(source.text != nullptr ? QCoreApplication::translate("ImportDialog", source.text) : storeText(source.where));
    ui_->targetBox->addItem(tr("As suggested"), QString());
    for (const std::string& target : keys_.targets())
        ui_->targetBox->addItem(targetText(target), text(target));
    ui_->table->setModel(&candidates_);
    ui_->table->setColumnWeights({36, 17, 19, 28});
    ui_->table->setSelectionMode(QAbstractItemView::MultiSelection);
    ui_->table->hide();
    ui_->totalLabel->hide();
    ui_->lookButton->setDefault(true);
    connect(ui_->sourceBox, &QComboBox::currentIndexChanged, this, &ImportDialog::chooseSource);
    connect(ui_->fileEdit, &QLineEdit::textChanged, this, &ImportDialog::judge);
    connect(ui_->browseButton, &QPushButton::clicked, this, &ImportDialog::browse);
    connect(ui_->lookButton, &QPushButton::clicked, this, &ImportDialog::lookOrStop);
    connect(ui_->importButton, &QPushButton::clicked, this, &ImportDialog::take);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ImportDialog::judge);
    chooseSource();
}

ImportDialog::~ImportDialog() = default;

void ImportDialog::setFile(const QString& file)
{
    const auto* source = std::ranges::find(sources, Kind::dotenv, &Source::kind);
    ui_->sourceBox->setCurrentIndex(int(source - std::begin(sources)));
    ui_->fileEdit->setText(file);
}

// What was found belongs to the source it was found in.
void ImportDialog::chooseSource()
{
    const Kind kind = sources[ui_->sourceBox->currentIndex()].kind;
    looking_.cancel();
    harvest_ = {};
    candidates_.setRows({});
    ui_->table->hide();
    ui_->totalLabel->hide();
    ui_->banner->clear();
    ui_->fileEdit->setVisible(isFile(kind));
    ui_->browseButton->setVisible(isFile(kind));
    ui_->fileEdit->setPlaceholderText(kind == Kind::config ? QStringLiteral("~/.holysheep/config.json") : QStringLiteral(".env"));
    judge();
}

void ImportDialog::browse()
{
    auto* files = new QFileDialog(this, tr("File with keys"), ui_->fileEdit->text());
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setFileMode(QFileDialog::ExistingFile);
    files->setFilter(QDir::Files | QDir::AllDirs | QDir::Hidden | QDir::NoDotAndDotDot);
    connect(files, &QFileDialog::fileSelected, ui_->fileEdit, &QLineEdit::setText);
    files->open();
}

void ImportDialog::lookOrStop()
{
    if (!looking_.running())
        return look();
    looking_.cancel();
    judge();
}

void ImportDialog::look()
{
    ui_->banner->clear();
    const Source& source = sources[ui_->sourceBox->currentIndex()];
    app::KeySource asked;
    asked.kind = source.kind;
    asked.where = isFile(source.kind) ? ui_->fileEdit->text().trimmed().toStdString() : source.where;
    looking_ = Pending{keys_.look(std::move(asked)), [this](Result<app::KeyHarvest> harvest) {
                           if (harvest.has_value())
                               show(std::move(*harvest));
                           else
                               ui_->banner->showError(harvest.error());
                           judge();
                       }};
    judge();
}

void ImportDialog::show(app::KeyHarvest harvest)
{
    harvest_ = std::move(harvest);
    ui_->table->clearSelection();
    candidates_.setRows(harvest_.candidates);
    for (int row = 0; row < candidates_.rowCount(); ++row)
        if (harvest_.candidates[std::size_t(row)].takeable())
            ui_->table->selectRow(row);
    ui_->table->setVisible(!harvest_.candidates.empty());
    QStringList lines;
    for (const std::string& warning : harvest_.warnings)
        lines << sentenceText(warning);
    if (!harvest_.passedOver.empty()) {
        QStringList names;
        for (const std::string& name : harvest_.passedOver)
            names << text(name);
        lines << tr("Does not look like a key: %1").arg(names.join(QStringLiteral(", ")));
    }
    ui_->totalLabel->setText(lines.join(u'\n'));
    ui_->totalLabel->setVisible(!lines.isEmpty());
    if (harvest_.candidates.empty())
        ui_->banner->showText(Tone::neutral, tr("No key was found there"), {});
}

std::vector<int> ImportDialog::chosen() const
{
    std::vector<int> rows;
    for (const QModelIndex& index : ui_->table->selectionModel()->selectedRows())
        rows.push_back(index.row());
    std::ranges::sort(rows);
    return rows;
}

void ImportDialog::take()
{
    std::vector<app::KeyCandidate> taken;
    const std::string target = ui_->targetBox->currentData().toString().toStdString();
    for (const int row : chosen()) {
        taken.push_back(std::move(harvest_.candidates[std::size_t(row)]));
        if (!target.empty())
            taken.back().suggested.target = target;
    }
    ui_->banner->clear();
    taking_ = Pending{keys_.take(std::move(taken)), [this](Result<std::vector<app::KeyTaken>> done) {
                          if (done.has_value())
                              return told(std::move(*done));
                          look(); // what was chosen went with the deed
                          ui_->banner->showError(done.error());
                      }};
    judge();
}

void ImportDialog::told(std::vector<app::KeyTaken> taken)
{
    int added = 0;
    QStringList refused;
    for (const app::KeyTaken& one : taken) {
        if (one.added.has_value())
            ++added;
        else
            refused << tr("%1: %2").arg(text(one.place), sentenceText(one.added.error().what));
    }
    if (added > 0)
        Q_EMIT imported(added);
    if (refused.isEmpty()) {
        accept();
        return;
    }
    look(); // what is left, and what is held by now
    ui_->banner->showText(Tone::warn, tr("%n key(s) could not be taken", nullptr, int(refused.size())), refused.join(u'\n'));
}

void ImportDialog::judge()
{
    const bool looking = looking_.running();
    const bool taking = taking_.running();
    ui_->progress->setVisible(looking || taking);
    ui_->lookButton->setText(looking ? tr("Stop") : tr("Look"));
    const Kind kind = sources[ui_->sourceBox->currentIndex()].kind;
    ui_->lookButton->setEnabled(!taking && (looking || kind != Kind::dotenv || !ui_->fileEdit->text().trimmed().isEmpty()));
    const auto count = chosen().size();
    ui_->importButton->setText(count > 0 ? tr("Import %n key(s)", nullptr, int(count)) : tr("Import"));
    ui_->importButton->setEnabled(count > 0 && !looking && !taking);
    for (QWidget* control : {static_cast<QWidget*>(ui_->sourceBox), static_cast<QWidget*>(ui_->fileEdit), static_cast<QWidget*>(ui_->browseButton),
                             static_cast<QWidget*>(ui_->targetBox)})
        control->setEnabled(!looking && !taking);
    ui_->table->setEnabled(!taking);
    ui_->closeButton->setEnabled(!taking);
}

void ImportDialog::reject()
{
    if (!taking_.running())
        QDialog::reject();
}

} // namespace drover::gui
