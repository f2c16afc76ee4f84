// SPDX-License-Identifier: Apache-2.0
#include "gui/Page.h"

namespace drover::gui {

Page::Page(PageContext context, int intervalMs, QWidget* parent) : QWidget(parent), context_(std::move(context))
{
    timer_.setInterval(intervalMs);
    timer_.callOnTimeout(this, [this] { refresh(); });
}

void Page::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
    timer_.start();
}

void Page::hideEvent(QHideEvent* event)
{
    timer_.stop();
    abort();
    QWidget::hideEvent(event);
}

} // namespace drover::gui
