// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QFrame>

#include "gui/Theme.h"
#include "gui/widgets/SparkLine.h"

#include <vector>

class QLabel;

namespace drover::gui {

// One number that matters, what it is, and a line of context. A curve under it where there is one.
class MetricTile final : public QFrame {
    Q_OBJECT

public:
    explicit MetricTile(QWidget* parent = nullptr);
    void setCaption(const QString& caption);
    void set(const QString& value, const QString& context, Tone tone = Tone::neutral);
    void setSeries(std::vector<Spark> series);
    QString value() const;
    QString context() const;
    QString caption() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void colour();

    Tone tone_ = Tone::neutral;
    QLabel* caption_;
    QLabel* value_;
    QLabel* context_;
    SparkLine* spark_;
};

} // namespace drover::gui
