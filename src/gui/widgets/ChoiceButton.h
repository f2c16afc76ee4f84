// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QPushButton>

namespace drover::gui {

// One of a few ways to go on: an icon, what it does, and a line that says more.
class ChoiceButton final : public QPushButton {
    Q_OBJECT

public:
    explicit ChoiceButton(QWidget* parent = nullptr);
    void describe(const QString& iconName, const QString& description);
    QSize sizeHint() const override { return {480, 68}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString iconName_;
    QString description_;
};

} // namespace drover::gui
