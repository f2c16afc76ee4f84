// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/PhaseTimeline.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "gui/Theme.h"
#include "gui/Words.h"

namespace drover::gui {
namespace {

using State = PhaseTimeline::Stop::State;

constexpr double ring = 9;
constexpr double lineY = 38;

Tone stopTone(State state)
{
    switch (state) {
    case State::past: return Tone::good;
    case State::here: return Tone::accent;
    case State::held: return Tone::warn;
    case State::failed: return Tone::bad;
    case State::ahead: break;
    }
    return Tone::neutral;
}

void drawTick(QPainter& painter, QPointF c)
{
    QPainterPath tick;
    tick.moveTo(c + QPointF(-3.6, 0.2));
    tick.lineTo(c + QPointF(-1.0, 2.8));
    tick.lineTo(c + QPointF(3.8, -2.8));
    painter.drawPath(tick);
}

} // namespace

PhaseTimeline::PhaseTimeline(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Phases of the migration"));
}

void PhaseTimeline::setStops(std::vector<Stop> stops)
{
    stops_ = std::move(stops);
    QStringList words;
    for (const auto& stop : stops_)
        words << (stop.group.isEmpty() ? stop.label : stop.group + u' ' + stop.label) + QStringLiteral(", ") + stop.when;
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

void PhaseTimeline::paintEvent(QPaintEvent*)
{
    if (stops_.empty())
        return;
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double cell = double(width()) / double(stops_.size());
    for (std::size_t i = 0; i + 1 < stops_.size(); ++i) {
        const double from = cell * (double(i) + 0.5) + ring + 3;
        const double to = cell * (double(i) + 1.5) - ring - 3;
        const bool past = stops_[i].state == State::past && stops_[i + 1].state != State::ahead;
        painter.setPen(QPen(past ? t.good : t.borderStrong, 2, past ? Qt::SolidLine : Qt::DotLine, Qt::FlatCap));
        painter.drawLine(QPointF(from, lineY), QPointF(to, lineY));
    }
    std::size_t i = 0;
    while (i < stops_.size()) {
        std::size_t end = i + 1;
        while (end < stops_.size() && !stops_[i].group.isEmpty() && stops_[end].group == stops_[i].group)
            ++end;
        if (!stops_[i].group.isEmpty()) {
            paintGroup(painter, stops_[i].group, cell * (double(i) + 0.5) - ring, cell * (double(end) - 0.5) + ring);
        }
        i = end;
    }
    for (std::size_t n = 0; n < stops_.size(); ++n)
        paintStop(painter, stops_[n], {cell * (double(n) + 0.5), lineY}, cell);
}

// The group's name over its stops, with a bracket from the first to the last.
void PhaseTimeline::paintGroup(QPainter& painter, const QString& group, double from, double to) const
{
    const Tokens& t = tokens();
    painter.setFont(themeFont(TextRole::caption));
    const double half = QFontMetrics(painter.font()).horizontalAdvance(group) / 2.0 + space::s;
    const double middle = (from + to) / 2;
    painter.setPen(QPen(t.border, 1));
    if (to - from > 2 * half) {
        painter.drawPolyline(QPolygonF({{from, 16}, {from, 9.5}, {middle - half, 9.5}}));
        painter.drawPolyline(QPolygonF({{to, 16}, {to, 9.5}, {middle + half, 9.5}}));
    }
    painter.setPen(t.faint);
    painter.drawText(QRectF(middle - half, 0, 2 * half, 18), Qt::AlignCenter, group);
}

void PhaseTimeline::paintStop(QPainter& painter, const Stop& stop, QPointF centre, double width) const
{
    const Tokens& t = tokens();
    const QColor color = toneColor(t, stopTone(stop.state));
    const bool ahead = stop.state == State::ahead;
    if (stop.state == State::here) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.accentSoft);
        painter.drawEllipse(centre, ring + 5, ring + 5);
    }
    painter.setPen(QPen(ahead ? t.borderStrong : color, 2));
    painter.setBrush(ahead ? QBrush(t.surface) : QBrush(color));
    painter.drawEllipse(centre, ring - 1, ring - 1);
    painter.setPen(QPen(t.dark ? t.canvas : t.surface, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (stop.state) {
    case State::past: drawTick(painter, centre); break;
    case State::here: painter.drawPoint(centre); break;
    case State::held:
        painter.drawLine(centre + QPointF(-2, -3), centre + QPointF(-2, 3));
        painter.drawLine(centre + QPointF(2, -3), centre + QPointF(2, 3));
        break;
    case State::failed:
        painter.drawLine(centre + QPointF(-3, -3), centre + QPointF(3, 3));
        painter.drawLine(centre + QPointF(-3, 3), centre + QPointF(3, -3));
        break;
    case State::ahead: break;
    }
    QFont label = themeFont(stop.state == State::ahead || stop.state == State::past ? TextRole::body : TextRole::strong);
    painter.setFont(label);
    painter.setPen(ahead ? t.muted : t.text);
    const QRectF under(centre.x() - width / 2, centre.y() + ring + 6, width, 18);
    painter.drawText(under, Qt::AlignCenter, QFontMetrics(label).elidedText(stop.label, Qt::ElideRight, int(width)));
    painter.setFont(themeFont(TextRole::caption));
    painter.setPen(t.faint);
    painter.drawText(under.translated(0, 16), Qt::AlignCenter,
                     QFontMetrics(painter.font()).elidedText(stop.when, Qt::ElideRight, int(width)));
}

namespace {

PhaseTimeline::Stop stopOf(const CalendarEntry& entry, Duration late)
{
    PhaseTimeline::Stop stop;
    if (entry.label.rfind("canary ", 0) == 0) {
        stop.group = phaseText(Phase::canary);
        stop.label = percentText(entry.share);
    } else if (const auto phase = phaseFrom(entry.label)) {
        stop.label = phaseText(*phase);
    } else {
        stop.label = QString::fromStdString(entry.label);
    }
    const bool soon = entry.begins.time_since_epoch().count() > 0;
    stop.when = soon ? PhaseTimeline::tr("from %1").arg(dateText(entry.begins + late)) : QString();
    return stop;
}

bool isOf(const CalendarEntry& entry, const StepRecord& record)
{
    if (record.phase == Phase::canary)
        return entry.label.rfind("canary", 0) == 0 && std::abs(entry.share - record.share) < 1e-6;
    return entry.label == phaseName(record.phase);
}

// How far the current step is behind the calendar, which was made at the start: what is ahead is as late at least.
Duration delayOf(const app::MigrationStatus& status)
{
    if (status.timeline.empty())
        return Duration{0};
    const StepRecord& current = status.timeline.back();
    const auto began = current.acked ? current.acked : current.written;
    const auto planned = std::ranges::find_if(status.calendar, [&](const CalendarEntry& entry) { return isOf(entry, current); });
    return began && planned != status.calendar.end() ? *began - planned->begins : Duration{0};
}

} // namespace

std::vector<PhaseTimeline::Stop> timelineStops(const app::MigrationStatus& status)
{
    std::vector<PhaseTimeline::Stop> stops;
    const Duration late = delayOf(status);
    const bool shortRun = !status.calendar.empty()
        && status.calendar.back().begins - status.calendar.front().begins < std::chrono::hours{24};
    for (const auto& entry : status.calendar) {
        auto stop = stopOf(entry, late);
        if (shortRun)
            stop.when.clear();
        const auto record = std::find_if(status.timeline.rbegin(), status.timeline.rend(),
                                         [&](const StepRecord& r) { return isOf(entry, r); });
        if (record != status.timeline.rend()) {
            const auto began = record->acked ? record->acked : record->written;
            if (began)
                stop.when = shortRun ? clockText(*began) : dateTimeText(*began);
            stop.state = record->ended ? State::past : State::here;
            if (!record->ended && (status.phase == Phase::paused || status.holdingSince))
                stop.state = State::held;
        }
        if (entry.label == "done" && status.phase == Phase::done)
            stop.state = State::past;
        stops.push_back(std::move(stop));
    }
    if (status.phase == Phase::rolledBack) {
        const auto last = std::find_if(stops.rbegin(), stops.rend(), [](const auto& s) { return s.state != State::ahead; });
        if (last != stops.rend()) {
            last->state = State::failed;
            last->when = phaseText(Phase::rolledBack);
        }
    }
    return stops;
}

} // namespace drover::gui
