// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/GateCard.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "gui/Theme.h"
#include "gui/Words.h"
#include "gui/widgets/StatusPill.h"

namespace drover::gui {
namespace {

QLabel* gateLabel(const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setProperty("role", QLatin1StringView(role));
    return label;
}

} // namespace

GateCard::GateCard(QWidget* parent) : QFrame(parent)
{
    setProperty("card", true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    name_ = gateLabel("heading", this);
    verdict_ = new StatusPill(this);
    estimate_ = gateLabel("metric", this);
    interval_ = gateLabel("caption", this);
    scale_ = new GateScale(this);
    sentence_ = gateLabel("muted", this);
    sentence_->setWordWrap(true);
    sentence_->setMinimumHeight(QFontMetrics(themeFont(TextRole::body)).lineSpacing() * 2 + 2);
    sentence_->setAlignment(Qt::AlignTop | Qt::AlignLeft);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::l, space::m, space::l, space::m);
    column->setSpacing(space::s);
    auto* top = new QHBoxLayout;
    top->addWidget(name_);
    top->addStretch();
    top->addWidget(verdict_);
    column->addLayout(top);
    auto* values = new QHBoxLayout;
    values->setSpacing(space::m);
    values->addWidget(estimate_, 0, Qt::AlignBottom);
    values->addWidget(interval_, 0, Qt::AlignBottom);
    values->addStretch();
    column->addLayout(values);
    column->addWidget(scale_);
    column->addWidget(sentence_);
    column->addStretch();
}

void GateCard::set(const GateResult& gate)
{
    name_->setText(gateText(gate.name));
    verdict_->set(verdictText(gate.verdict), verdictTone(gate.verdict));
    const bool seen = gate.n > 0;
    estimate_->setText(seen ? gateValue(gate, gate.estimate) : QStringLiteral("–"));
    const QString count = gate.name == "divergence" ? tr("%1 prompts").arg(countText(gate.n))
                                                    : tr("%1 requests").arg(countText(gate.n));
    interval_->setText(!seen ? tr("no evidence yet")
                       : gate.high > 0 || gate.low < 0
                           ? tr("%1 to %2 · %3").arg(gateValue(gate, gate.low), gateValue(gate, gate.high), count)
                           : count);
    scale_->set(gate);
    sentence_->setText(gateSentence(gate));
    setToolTip(gateDetail(gate));
    setAccessibleName(tr("%1: %2. %3").arg(name_->text(), verdict_->text(), sentence_->text()));
}

GateScale::GateScale(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

void GateScale::set(const GateResult& gate)
{
    gate_ = gate;
    update();
}

void GateScale::paintEvent(QPaintEvent*)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool spans = gate_.n > 0 && (gate_.high > 0 || gate_.low < 0);
    const double left = std::min({0.0, spans ? std::max(gate_.low, -gate_.limit * 2) : 0.0});
    const double right = std::max(gate_.limit * 2, std::min(spans ? gate_.high * 1.1 : 0.0, gate_.limit * 5));
    const auto x = [&](double value) {
        return 4 + (width() - 8) * (std::clamp(value, left, right) - left) / std::max(right - left, 1e-12);
    };
    constexpr double middle = 10;
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.sunken);
    painter.drawRoundedRect(QRectF(4, middle - 3, width() - 8, 6), 3, 3);
    const QColor color = gate_.verdict == Verdict::inconclusive ? t.accent : toneColor(t, verdictTone(gate_.verdict));
    if (spans) {
        QColor soft = color;
        soft.setAlphaF(0.35f);
        painter.setBrush(soft);
        painter.drawRoundedRect(QRectF(QPointF(x(gate_.low), middle - 3), QPointF(std::max(x(gate_.high), x(gate_.low) + 3), middle + 3)), 3, 3);
    }
    if (gate_.n > 0) {
        painter.setBrush(color);
        painter.setPen(QPen(t.surface, 1.5));
        painter.drawEllipse(QPointF(x(gate_.estimate), middle), 5, 5);
    }
    painter.setPen(QPen(t.text, 1.5));
    painter.drawLine(QPointF(x(gate_.limit), middle - 8), QPointF(x(gate_.limit), middle + 8));
    painter.setFont(themeFont(TextRole::caption));
    painter.setPen(t.faint);
    const QString limit = tr("limit %1").arg(gateValue(gate_, gate_.limit));
    const double wide = QFontMetrics(painter.font()).horizontalAdvance(limit);
    const double at = std::clamp(x(gate_.limit) - wide / 2, 0.0, std::max(0.0, width() - wide));
    painter.drawText(QRectF(at, 22, wide + 2, 16), Qt::AlignLeft | Qt::AlignVCenter, limit);
}

} // namespace drover::gui
