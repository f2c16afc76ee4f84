// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/CostChart.h"

#include <QPainter>

#include <algorithm>

#include "gui/Theme.h"
#include "gui/Words.h"

namespace drover::gui {

CostChart::CostChart(QWidget* parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }

void CostChart::set(std::optional<Money> legacy, std::optional<Money> target)
{
    legacy_ = legacy;
    target_ = target;
    const auto say = [](const std::optional<Money>& money) { return money ? moneyText(*money) : tr("not known yet"); };
    setAccessibleName(tr("Legacy %1, HolySheep %2").arg(say(legacy_), say(target_)));
    update();
}

void CostChart::paintEvent(QPaintEvent*)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double most = std::max({legacy_ ? legacy_->approximate() : 0.0, target_ ? target_->approximate() : 0.0, 1e-9});
    constexpr int names = 92;
    constexpr int values = 110;
    const double room = std::max(40, width() - names - values);
    const auto bar = [&](int y, const std::string& name, const std::optional<Money>& money) {
        painter.setFont(themeFont(TextRole::body));
        painter.setPen(t.muted);
        painter.drawText(QRectF(0, y, names, 28), Qt::AlignVCenter | Qt::AlignLeft, targetText(name));
        const double wide = money ? std::max(4.0, room * money->approximate() / most) : 4;
        painter.setPen(Qt::NoPen);
        painter.setBrush(money ? targetColor(t, QString::fromStdString(name)) : t.sunken);
        painter.drawRoundedRect(QRectF(names, y + 5, wide, 18), 4, 4);
        painter.setFont(themeFont(TextRole::strong));
        painter.setPen(t.text);
        painter.drawText(QRectF(names + wide + space::s, y, values, 28), Qt::AlignVCenter | Qt::AlignLeft,
                         money ? moneyText(*money) : QStringLiteral("–"));
    };
    bar(6, "legacy", legacy_);
    bar(46, "holysheep", target_);
}

} // namespace drover::gui
