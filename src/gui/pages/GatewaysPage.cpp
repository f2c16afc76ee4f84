// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/GatewaysPage.h"

#include <algorithm>

#include "pages/ui_GatewaysPage.h"

#include "gui/Commands.h"
#include "gui/Icons.h"
#include "gui/Words.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

QColor gatewaysOnAccent() { return tokens().onAccent; }

} // namespace

GatewaysPage::GatewaysPage(const PageContext& context, QWidget* parent)
    : Page(context, 1000, parent), ui_(std::make_unique<Ui::GatewaysPage>())
{
    ui_->setupUi(this);
    ui_->table->setModel(&model_);
    ui_->table->setColumnWeights({8, 6, 4, 4, 4, 5});
    ui_->tokens->setModel(&tokenModel_);
    ui_->tokens->setColumnWeights({3, 3, 2, 2, 2});
    ui_->startButton->setIcon(icon(u"play"_s, &gatewaysOnAccent));
    ui_->tokenButton->setIcon(icon(u"plus"_s));
    ui_->empty->set(u"gateways"_s, tr("No gateway is running"),
                    tr("Clients send their requests to a gateway; it carries them to the provider. Start one on this machine, or more of them elsewhere."),
                    tr("Start a gateway"));
    ui_->tokensEmpty->set(u"keys"_s, tr("No client tokens yet"), tr("A gateway lets nobody in without one."), tr("New token"));
    ui_->empty->hide();
    ui_->tokensEmpty->hide();
    ui_->revokeButton->setEnabled(false);
    ui_->stopButton->setEnabled(false);
    Commands& commands = this->context().commands;
    connect(ui_->empty, &EmptyState::activated, this, &GatewaysPage::start);
    connect(ui_->startButton, &QPushButton::clicked, this, &GatewaysPage::start);
    connect(ui_->banner, &Banner::activated, this, &GatewaysPage::start);
    connect(ui_->stopButton, &QPushButton::clicked, this, &GatewaysPage::stop);
    connect(ui_->revokeButton, &QPushButton::clicked, this, &GatewaysPage::revoke);
    connect(ui_->tokensEmpty, &EmptyState::activated, &commands, &Commands::createToken);
    connect(ui_->tokenButton, &QPushButton::clicked, &commands, &Commands::createToken);
    connect(ui_->tokens->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { ui_->revokeButton->setEnabled(ui_->tokens->selectionModel()->hasSelection()); });
    connect(ui_->table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { ui_->stopButton->setEnabled(ui_->table->selectionModel()->hasSelection()); });
}

GatewaysPage::~GatewaysPage() = default;

void GatewaysPage::abort()
{
    gateways_.cancel();
    tokens_.cancel();
}

void GatewaysPage::refresh()
{
    if (!gateways_.running())
        gateways_ = Pending{session().gateways().status(), [this](Result<std::vector<app::GatewayStatus>> rows) {
                                gatewaysTrouble_ = troubleOf(rows);
                                if (rows.has_value())
                                    showGateways(std::move(*rows));
                                showTrouble();
                            }};
    if (!tokens_.running())
        tokens_ = Pending{session().gateways().tokens(), [this](Result<std::vector<ClientToken>> rows) {
                              tokensTrouble_ = troubleOf(rows);
                              if (rows.has_value())
                                  showTokens(std::move(*rows));
                              showTrouble();
                          }};
}

void GatewaysPage::showGateways(std::vector<app::GatewayStatus> rows)
{
    const auto serving = std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.serving; });
    const auto alive = std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.alive; });
    ui_->summary->setText(rows.empty() ? QString() : tr("%1 of %2 live gateways serve generation %3").arg(serving).arg(alive).arg(countText(rows.front().generation)));
    ui_->empty->setVisible(rows.empty());
    ui_->table->setVisible(!rows.empty());
    model_.setRows(std::move(rows), session().clock().now());
    ui_->table->fitHeight(1, 8);
}

void GatewaysPage::showTokens(std::vector<ClientToken> rows)
{
    ui_->tokensEmpty->setVisible(rows.empty());
    ui_->tokens->setVisible(!rows.empty());
    tokenModel_.setRows(std::move(rows), session().clock().now());
    ui_->tokens->fitHeight(1, 6);
}

void GatewaysPage::start()
{
    if (starting_.running())
        return;
    ui_->startButton->setEnabled(false);
    startTrouble_.reset();
    showTrouble();
    starting_ = Pending{session().gateways().start(), [this](Result<void> result) {
                            ui_->startButton->setEnabled(true);
                            if (!result.has_value())
                                startTrouble_ = result.error();
                            showTrouble();
                            refresh();
                        }};
}

// What a person ordered comes first; an error of one list is taken back by the next answer of that list alone.
void GatewaysPage::showTrouble()
{
    for (const auto* trouble : {&startTrouble_, &gatewaysTrouble_, &tokensTrouble_}) {
        if (!*trouble)
            continue;
        ui_->banner->showError(**trouble, trouble == &startTrouble_ ? tr("Try again") : QString());
        return;
    }
    ui_->banner->clear();
}

void GatewaysPage::stop()
{
    const auto rows = ui_->table->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return;
    context().commands.stopGateway(model_.all()[std::size_t(rows.front().row())].ack.gateway);
}

void GatewaysPage::revoke()
{
    const auto rows = ui_->tokens->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return;
    context().commands.revokeToken(tokenModel_.all()[std::size_t(rows.front().row())].name);
}

} // namespace drover::gui
