// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/KeysPage.h"

#include <QHeaderView>

#include <algorithm>
#include <map>

#include "pages/ui_KeysPage.h"

#include "gui/Commands.h"
#include "gui/Icons.h"
#include "gui/Words.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

QColor keysOnAccent() { return tokens().onAccent; }

bool waitsForPerson(const OpenRotation& rotation) { return !rotation.here && rotation.plan.needsPerson(); }

} // namespace

KeysPage::KeysPage(const PageContext& context, QWidget* parent)
    : Page(context, 2000, parent), ui_(std::make_unique<Ui::KeysPage>())
{
    ui_->setupUi(this);
    sorted_.setSourceModel(&model_);
    sorted_.setSortRole(TableModel::SortRole);
    sorted_.setFilterRole(Qt::AccessibleTextRole);
    sorted_.setFilterCaseSensitivity(Qt::CaseInsensitive);
    sorted_.setFilterKeyColumn(-1);
    ui_->table->setModel(&sorted_);
    ui_->table->setSortingEnabled(true);
    ui_->table->horizontalHeader()->setSectionsClickable(true);
    ui_->table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    ui_->table->setColumnWeights({25, 12, 13, 16, 18, 8, 10, 11});
    ui_->addButton->setIcon(icon(u"plus"_s, &keysOnAccent));
    ui_->verifyButton->setIcon(icon(u"verify"_s));
    ui_->rotateButton->setIcon(icon(u"refresh"_s));
    ui_->importButton->setIcon(icon(u"folder"_s));
    ui_->checkButton->setIcon(icon(u"check"_s));
    ui_->scanButton->setIcon(icon(u"search"_s));
    ui_->revealButton->setIcon(icon(u"eye"_s));
    ui_->searchEdit->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    ui_->searchEdit->setClearButtonEnabled(true);
    ui_->empty->set(u"keys"_s, tr("No keys yet"), tr("Add one key for each provider. It goes to the secret store, and is masked everywhere else."),
                    tr("Add key"));
    Commands& commands = this->context().commands;
    connect(ui_->empty, &EmptyState::activated, &commands, &Commands::addKey);
    connect(ui_->addButton, &QPushButton::clicked, &commands, &Commands::addKey);
    connect(ui_->importButton, &QPushButton::clicked, &commands, &Commands::importKeys);
    connect(ui_->scanButton, &QPushButton::clicked, &commands, &Commands::scanForKeys);
    connect(ui_->checkButton, &QPushButton::clicked, &commands, &Commands::checkKeys);
    connect(ui_->rotateButton, &QPushButton::clicked, this, [this] {
        if (const auto* key = selected())
            this->context().commands.rotateKeyOf(text(key->record.target));
        else
            this->context().commands.rotateKey();
    });
    connect(ui_->revealButton, &QPushButton::clicked, this, [this] {
        if (const auto* key = selected())
            this->context().commands.revealKey(key->record);
    });
    connect(ui_->revokeButton, &QPushButton::clicked, this, [this] {
        if (const auto* key = selected())
            this->context().commands.revokeKey(key->record);
    });
    connect(ui_->banner, &Banner::activated, this, &KeysPage::refresh);
    connect(ui_->rotationBanner, &Banner::activated, this, [this] { this->context().commands.rotateKeyOf(rotating_); });
    connect(ui_->searchEdit, &QLineEdit::textChanged, &sorted_, &QSortFilterProxyModel::setFilterFixedString);
    connect(ui_->verifyButton, &QPushButton::clicked, this, [this] {
        if (const auto* key = selected())
            this->context().commands.verifyKey(text(key->record.id));
    });
    connect(ui_->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &KeysPage::showDetail);
    showDetail();
}

KeysPage::~KeysPage() = default;

void KeysPage::abort()
{
    keys_.cancel();
    open_.cancel();
}

void KeysPage::refresh()
{
    if (asking())
        return;
    open_ = Pending{session().rotation().open(), [this](Result<std::vector<OpenRotation>> open) {
                        if (open.has_value())
                            showRotations(std::move(*open));
                        else
                            ui_->rotationBanner->showError(open.error());
                    }};
    keys_ = Pending{session().keys().list(), [this](Result<std::vector<app::KeyRow>> rows) {
                        if (rows.has_value())
                            show(std::move(*rows));
                        else
                            ui_->banner->showError(rows.error(), tr("Try again"));
                    }};
}

void KeysPage::show(std::vector<app::KeyRow> rows)
{
    ui_->banner->clear();
    ui_->body->setCurrentWidget(rows.empty() ? ui_->emptyPage : ui_->tablePage);
    model_.setRows(std::move(rows), session().clock().now());
    if (!ui_->table->selectionModel()->hasSelection() && sorted_.rowCount() > 0)
        ui_->table->selectRow(0);
    showDetail();
}

// Which of several stands in the banner: the one that waits for a person, then the one that runs here.
void KeysPage::showRotations(std::vector<OpenRotation> open)
{
    std::map<std::string, RotationState> byKey;
    for (const OpenRotation& rotation : open)
        for (const app::KeyRow& row : model_.all())
            if (row.record.target == rotation.plan.start().target && app::worksWith(rotation.plan, row.record.id))
                byKey[row.record.id] = rotation.plan.state();
    model_.setRotations(std::move(byKey));
    if (open.empty()) {
        ui_->rotationBanner->clear();
        return;
    }
    auto first = std::ranges::find_if(open, waitsForPerson);
    if (first == open.end())
        first = std::ranges::find_if(open, &OpenRotation::here);
    sayRotation(first == open.end() ? open.front() : *first, open.size() - 1);
}

void KeysPage::sayRotation(const OpenRotation& rotation, std::size_t others)
{
    rotating_ = text(rotation.plan.start().target);
    const QString target = targetText(rotation.plan.start().target);
    QString more;
    if (others > 0)
        more = QChar(u' ') + tr("%n other rotation(s) have not ended either.", nullptr, int(others));
    if (waitsForPerson(rotation))
        return ui_->rotationBanner->showText(Tone::warn, tr("The rotation of %1 waits for you").arg(target),
                                             tr("A key is made or ended by hand on the provider's dashboard.") + more, tr("Show"));
    if (const auto until = rotation.here ? std::nullopt : app::restsUntil(rotation.plan))
        return ui_->rotationBanner->showText(Tone::neutral, tr("%1: the old key lives on until %2").arg(target, dateTimeText(*until)),
                                             tr("Then an agent, or Go on, revokes it once nothing uses it any more.") + more, tr("Show"));
    const QString state = tr("Now: %1.").arg(rotationStateText(rotation.plan.state()));
    if (rotation.here)
        ui_->rotationBanner->showText(Tone::neutral, tr("The key of %1 is being rotated here").arg(target), state + more, tr("Show"));
    else
        ui_->rotationBanner->showText(Tone::warn, tr("The rotation of %1 has not ended").arg(target),
                                      state + QChar(u' ') + tr("Another process may be at it. If none is, Go on takes it up where the journal ends.") + more,
                                      tr("Show"));
}

const app::KeyRow* KeysPage::selected() const
{
    const auto rows = ui_->table->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return nullptr;
    return &model_.all()[std::size_t(sorted_.mapToSource(rows.front()).row())];
}

void KeysPage::showDetail()
{
    const auto* key = selected();
    ui_->detailCard->setVisible(key != nullptr);
    if (key == nullptr)
        return;
    const KeyRecord& record = key->record;
    const bool ended = record.state == KeyState::revoked;
    ui_->verifyButton->setEnabled(!ended);
    ui_->revealButton->setEnabled(!ended);
    ui_->revokeButton->setEnabled(!ended);
    QStringList hosts;
    for (const auto& host : record.hosts)
        hosts << text(host);
    ui_->detailName->setText(text(record.name.empty() ? record.id : record.name));
    ui_->detailHosts->setText(hosts.isEmpty() ? tr("Not handed to the gateways yet") : hosts.join(u", "_s));
    ui_->detailCreated->setText(tr("%1, %2").arg(text(record.createdBy), dateTimeText(record.createdAt)));
    ui_->detailProven->setText(record.provenAt ? dateTimeText(*record.provenAt) : tr("Not yet"));
    ui_->detailLatency->setText(key->p95 ? millisText(*key->p95) : u"–"_s);
    ui_->detailStore->setText(storeText(record.store));
}

} // namespace drover::gui
