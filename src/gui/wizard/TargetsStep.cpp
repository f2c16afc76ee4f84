// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/TargetsStep.h"

#include "wizard/ui_TargetsStep.h"

#include "gui/Icons.h"
#include "gui/Words.h"

namespace drover::gui {
namespace {

const TargetFacts* wizardTarget(const WorkspaceFacts& facts, std::string_view name)
{
    for (const auto& target : facts.targets)
        if (target.name == name)
            return &target;
    return nullptr;
}

} // namespace

TargetsStep::TargetsStep(MigrationWizard& wizard) : ui_(std::make_unique<Ui::TargetsStep>()), wizard_(wizard)
{
    ui_->setupUi(this);
}

TargetsStep::~TargetsStep() = default;

void TargetsStep::initializePage()
{
    const WorkspaceFacts& facts = wizard_.session().settings().facts();
    const StartRequest& request = wizard_.choice().request;
    const double ratio = devicePixelRatioF();
    ui_->fromDot->setPixmap(iconPixmap(QStringLiteral("gateways"), targetColor(tokens(), text(request.legacy)), 16, ratio));
    ui_->toDot->setPixmap(iconPixmap(QStringLiteral("gateways"), targetColor(tokens(), text(request.target)), 16, ratio));
    ui_->arrow->setPixmap(iconPixmap(QStringLiteral("advance"), tokens().faint, 28, ratio));
    ui_->fromName->setText(targetText(request.legacy));
    ui_->toName->setText(targetText(request.target));
    if (const auto* from = wizardTarget(facts, request.legacy))
        ui_->fromUrl->setText(text(from->openai));
    if (const auto* to = wizardTarget(facts, request.target)) {
        ui_->toUrl->setText(text(to->openai));
        QStringList regions;
        for (const auto& [name, url] : to->regions)
            regions << text(name);
        ui_->toRegions->setText(regions.isEmpty() ? QString() : tr("Regions: %1").arg(regions.join(QStringLiteral(", "))));
    }
    ui_->reasonEdit->setFocus();
}

bool TargetsStep::validatePage()
{
    wizard_.choice().request.reason = ui_->reasonEdit->text().trimmed().toStdString();
    return true;
}

} // namespace drover::gui
