// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/CalendarStrip.h"

#include <QPainter>

#include <algorithm>
#include <numeric>

#include "gui/Theme.h"
#include "gui/Words.h"

namespace drover::gui {
namespace {

// "canary 5 %" in the console's language, short enough for a block.
QString blockText(const CalendarEntry& entry)
{
    if (entry.label.rfind("canary", 0) == 0)
        return percentText(entry.share);
    const auto phase = phaseFrom(entry.label);
    return phase ? phaseText(*phase) : QString::fromStdString(entry.label);
}

} // namespace

CalendarStrip::CalendarStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Calendar of the policy"));
}

void CalendarStrip::setCalendar(std::vector<CalendarEntry> entries)
{
    entries_ = std::move(entries);
    QStringList words;
    for (const auto& entry : entries_)
        words << blockText(entry) + u' ' + dateTimeText(entry.begins);
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

// The left edges of the blocks and the right edge of the last: by time, but none too narrow for its words.
std::vector<double> CalendarStrip::edges() const
{
    std::vector<double> spans;
    for (std::size_t i = 0; i + 1 < entries_.size(); ++i)
        spans.push_back(std::max(1e-9, seconds(entries_[i + 1].begins - entries_[i].begins)));
    const double total = std::accumulate(spans.begin(), spans.end(), 0.0);
    const double least = std::min(64.0, width() / double(spans.size() + 1));
    const double room = width() - least * double(spans.size());
    std::vector<double> result{0};
    for (const double span : spans)
        result.push_back(result.back() + least + room * span / total);
    return result;
}

void CalendarStrip::paintEvent(QPaintEvent*)
{
    if (entries_.size() < 2)
        return;
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto x = edges();
    const bool days = entries_.back().begins - entries_.front().begins > std::chrono::hours{36};
    constexpr double top = 26, base = 108;
    for (std::size_t i = 0; i + 1 < entries_.size(); ++i) {
        const auto& entry = entries_[i];
        const QRectF cell(x[i] + 1, top, x[i + 1] - x[i] - 3, base - top);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.sunken);
        painter.drawRoundedRect(cell, 6, 6);
        const double high = std::max(4.0, cell.height() * entry.share);
        QColor fill = t.series[1];
        fill.setAlphaF(entry.label == "overlap" ? 0.55f : 0.85f);
        painter.setBrush(entry.share > 0 ? fill : t.borderStrong);
        painter.drawRoundedRect(QRectF(cell.left(), cell.bottom() - high, cell.width(), high), std::min(6.0, high / 2), std::min(6.0, high / 2));
        painter.setPen(t.text);
        painter.setFont(themeFont(TextRole::strong));
        painter.drawText(QRectF(cell.left(), 0, cell.width(), top - 4), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(painter.font()).elidedText(blockText(entry), Qt::ElideRight, int(cell.width())));
        painter.setFont(themeFont(TextRole::caption));
        painter.setPen(t.muted);
        const QString when = days ? dateText(entry.begins) : clockText(entry.begins);
        painter.drawText(QRectF(x[i] + 1, base + 4, x[i + 1] - x[i], 18), Qt::AlignLeft | Qt::AlignVCenter, when);
        painter.setPen(t.faint);
        painter.drawText(QRectF(x[i] + 1, base + 20, x[i + 1] - x[i], 18), Qt::AlignLeft | Qt::AlignVCenter,
                         spanText(entries_[i + 1].begins - entry.begins));
    }
}

} // namespace drover::gui
