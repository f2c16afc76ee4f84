// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QFrame>

#include "gui/Theme.h"

#include <vector>

class QLabel;

namespace drover::gui {

class SparkLine;

// One number that matters, what it is, and a line of context. A curve under it where there is one.
class MetricTile final : public QFrame {
    Q_OBJECT

public:
    explicit MetricTile(QWidget* parent = nullptr);
    void setCaption(const QString& caption);
    void set(const QString& value, const QString& context, Tone tone = Tone::neutral);
    void setSeries(std::vector<std::pair<QString, std::vector<double>>> series);
    QString value() const;

private:
    QLabel* caption_;
    QLabel* value_;
    QLabel* context_;
    SparkLine* spark_;
};

} // namespace drover::gui
