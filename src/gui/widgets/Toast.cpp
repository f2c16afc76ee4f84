// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/Toast.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

#include "gui/Icons.h"

using namespace Qt::StringLiterals;

namespace drover::gui {

Toast::Toast(QWidget* window) : QFrame(window)
{
    setProperty("card", true);
    dot_ = new QLabel(this);
    text_ = new QLabel(this);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::m, space::m, space::l, space::m);
    row->setSpacing(space::s);
    row->addWidget(dot_);
    row->addWidget(text_);
    window->installEventFilter(this);
    hide_.setSingleShot(true);
    hide_.setInterval(5000);
    hide_.callOnTimeout(this, &QWidget::hide);
    hide();
}

void Toast::say(const QString& text, Tone tone)
{
    const QString name = tone == Tone::good ? u"check"_s : tone == Tone::bad ? u"error"_s : u"info"_s;
    dot_->setPixmap(iconPixmap(name, toneColor(tokens(), tone), 16, devicePixelRatioF()));
    text_->setText(text);
    setAccessibleName(text);
    adjustSize();
    place();
    show();
    raise();
    hide_.start();
}

void Toast::place()
{
    const QWidget* window = parentWidget();
    move((window->width() - width()) / 2, window->height() - height() - space::xl);
}

bool Toast::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace drover::gui
