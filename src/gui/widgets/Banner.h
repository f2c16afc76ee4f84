// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QFrame>

#include "gui/Theme.h"

#include "base/Result.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace drover::gui {

// A message that stands where it belongs: an error with what to do about it, or a remark. Hidden until it has one.
class Banner final : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget* parent = nullptr);
    // `retry`: the text of a button, or none.
    void showError(const Error& error, const QString& retry = {});
    void showText(Tone tone, const QString& headline, const QString& text, const QString& action = {});
    void clear();
    QString headline() const;
    QString text() const;
    // With a button that puts it away, for what nothing else would take back.
    void setDismissable(bool dismissable);

Q_SIGNALS:
    void activated();
    void dismissed();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Tone tone_ = Tone::bad;
    QLabel* headline_;
    QLabel* text_;
    QPushButton* action_;
    QToolButton* dismiss_;
};

} // namespace drover::gui
