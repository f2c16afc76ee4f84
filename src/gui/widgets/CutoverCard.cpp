// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/CutoverCard.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/Theme.h"
#include "gui/Words.h"
#include "gui/widgets/DistributionChart.h"
#include "gui/widgets/TableView.h"

namespace drover::gui {

CutoverCard::CutoverCard(QWidget* parent) : QFrame(parent)
{
    setProperty("card", true);
    auto* title = new QLabel(tr("Before and after the cutover"), this);
    title->setProperty("role", QStringLiteral("heading"));
    hint_ = new QLabel(this);
    hint_->setWordWrap(true);
    hint_->setProperty("role", QStringLiteral("caption"));

    auto* segments = new QFrame(this);
    segments->setProperty("segments", true);
    auto* row = new QHBoxLayout(segments);
    row->setContentsMargins(2, 2, 2, 2);
    row->setSpacing(2);
    auto* group = new QButtonGroup(this);
    const std::tuple<Measure, QString, const char*> choices[] = {{FirstStreamed, tr("First byte, streamed"), "streamedButton"},
                                                                 {FirstPlain, tr("First byte, plain"), "plainButton"},
                                                                 {Whole, tr("Whole answer"), "wholeButton"},
                                                                 {Length, tr("Length"), "lengthButton"}};
    for (const auto& [measure, text, name] : choices) {
        auto* button = new QPushButton(text, segments);
        button->setObjectName(QLatin1StringView(name));
        button->setProperty("kind", QStringLiteral("segment"));
        button->setAccessibleName(text);
        button->setCheckable(true);
        button->setChecked(measure == measure_);
        group->addButton(button);
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, chosen = measure] { choose(chosen); });
    }

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title);
    words->addWidget(hint_);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    head->setSpacing(10);
    head->addLayout(words, 1);
    head->addWidget(segments);
    chart_ = new DistributionChart(this);
    chart_->setObjectName(QStringLiteral("distribution"));
    chart_->setMinimumHeight(240);
    table_ = new TableView(this);
    table_->setObjectName(QStringLiteral("comparison"));
    table_->setAccessibleName(tr("Measures before and after the cutover"));
    table_->setModel(&model_);
    table_->setColumnWeights({5, 3, 3, 2});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 12, 4, 4);
    column->setSpacing(space::s);
    column->addLayout(head);
    column->addWidget(chart_);
    column->addWidget(table_);
}

void CutoverCard::set(CutoverComparison cutover)
{
    cutover_ = std::move(cutover);
    hint_->setText(tr("%1 answers by Legacy before, %2 by HolySheep since")
                       .arg(countText(cutover_.before.requests()), countText(cutover_.after.requests())));
    model_.setRows(comparisonRows(cutover_));
    table_->fitHeight(1, 24);
    draw();
}

void CutoverCard::showError(const Error& error) { hint_->setText(errorHeadline(error)); }

void CutoverCard::choose(Measure measure)
{
    measure_ = measure;
    draw();
}

void CutoverCard::draw()
{
    const auto of = [this](const TargetEvidence& side) -> const Histogram& {
        switch (measure_) {
        case FirstPlain: return side.firstBytePlain;
        case FirstStreamed: return side.firstByteStreamed;
        case Whole: return side.total;
        case Length: break;
        }
        return side.outputTokens;
    };
    chart_->set(of(cutover_.before), of(cutover_.after), measure_ == Length ? tr("tokens") : QStringLiteral("ms"));
}

} // namespace drover::gui
