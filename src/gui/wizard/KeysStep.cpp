// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/KeysStep.h"

#include "wizard/ui_KeysStep.h"

#include "gui/Commands.h"
#include "gui/Icons.h"
#include "gui/Words.h"

namespace drover::gui {

KeysStep::KeysStep(MigrationWizard& wizard) : ui_(std::make_unique<Ui::KeysStep>()), wizard_(wizard)
{
    ui_->setupUi(this);
    ui_->table->setModel(&model_);
    ui_->table->setColumnWeights({8, 5, 5, 6, 0, 3, 0, 0});
    ui_->addButton->setIcon(icon(QStringLiteral("plus")));
    ui_->verifyButton->setIcon(icon(QStringLiteral("verify")));
    timer_.setInterval(1500);
    timer_.callOnTimeout(this, &KeysStep::look);
    connect(ui_->addButton, &QPushButton::clicked, &wizard_.commands(), &Commands::addKey);
    connect(ui_->verifyButton, &QPushButton::clicked, this, [this] {
        const auto rows = ui_->table->selectionModel()->selectedRows();
        if (!rows.isEmpty())
            wizard_.commands().verifyKey(text(model_.all()[std::size_t(rows.front().row())].record.id));
    });
    connect(ui_->table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { ui_->verifyButton->setEnabled(ui_->table->selectionModel()->hasSelection()); });
    ui_->verifyButton->setEnabled(false);
}

KeysStep::~KeysStep() = default;

void KeysStep::initializePage()
{
    look();
    timer_.start();
}

void KeysStep::cleanupPage() { timer_.stop(); }

bool KeysStep::isComplete() const { return ready_; }

void KeysStep::look()
{
    if (keys_.running())
        return;
    keys_ = Pending{wizard_.session().keys().list(), [this](Result<std::vector<app::KeyRow>> rows) {
                        if (rows.has_value())
                            show(std::move(*rows));
                        else
                            ui_->banner->showError(rows.error());
                    }};
}

void KeysStep::show(std::vector<app::KeyRow> rows)
{
    const StartRequest& request = wizard_.choice().request;
    QStringList missing;
    wizard_.choice().keys.clear();
    for (const auto& target : {request.legacy, request.target}) {
        bool any = false;
        for (const auto& row : rows) {
            if (row.record.target != target || !isLive(row.record.state))
                continue;
            any = true;
            wizard_.choice().keys.push_back(targetText(target).toStdString() + ": "
                                            + (row.record.name.empty() ? row.record.id : row.record.name));
        }
        if (!any)
            missing << targetText(target);
    }
    ready_ = missing.isEmpty();
    if (ready_)
        ui_->banner->showText(Tone::good, tr("Both providers have a verified key"), {});
    else
        ui_->banner->showText(Tone::warn, tr("No verified key for %1").arg(missing.join(QStringLiteral(", "))),
                              tr("Add one, or verify one that is there."));
    model_.setRows(std::move(rows), wizard_.session().clock().now());
    ui_->table->fitHeight(2, 5);
    Q_EMIT completeChanged();
}

} // namespace drover::gui
