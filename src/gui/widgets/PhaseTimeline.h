// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "app/MigrationService.h"
#include "domain/migration/Policy.h"

#include <vector>

namespace drover::gui {

// The phases of a migration from left to right, each step of the canary a stop of its own: what is done, where it
// stands, what is to come and when at the earliest.
class PhaseTimeline final : public QWidget {
    Q_OBJECT

public:
    struct Stop {
        QString label;    // "Shadow", "25 %"
        QString when;     // "14:03", "from 22 Nov"
        enum class State { past, here, held, failed, ahead } state = State::ahead;
        QString group;    // "Canary" over several stops; "" for one of its own
    };

    explicit PhaseTimeline(QWidget* parent = nullptr);
    void setStops(std::vector<Stop> stops);
    const std::vector<Stop>& stops() const { return stops_; }

    QSize sizeHint() const override { return {640, 84}; }
    QSize minimumSizeHint() const override { return {360, 84}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintGroup(QPainter& painter, const QString& group, double from, double to) const;
    void paintStop(QPainter& painter, const Stop& stop, QPointF centre, double width) const;

    std::vector<Stop> stops_;
};

// The stops of a status: its calendar, with what happened so far.
std::vector<PhaseTimeline::Stop> timelineStops(const app::MigrationStatus& status);

} // namespace drover::gui
