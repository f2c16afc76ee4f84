// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

class QLabel;
class QPushButton;

namespace drover::gui {

// What stands where there is nothing yet: why, and the next thing to do.
class EmptyState final : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);
    // No button where `action` is empty.
    void set(const QString& iconName, const QString& title, const QString& text, const QString& action = {});

Q_SIGNALS:
    void activated();

protected:
    void changeEvent(QEvent* event) override;

private:
    void drawIcon();

    QString iconName_;
    QLabel* icon_;
    QLabel* title_;
    QLabel* text_;
    QPushButton* action_;
};

} // namespace drover::gui
