// SPDX-License-Identifier: Apache-2.0
#include "gui/Page.h"

#include <QLabel>

#include "gui/Theme.h"

namespace drover::gui {
namespace {

constexpr int answerMs = 100;
constexpr int loadingAfter = 3;  // looks: 0.3 s, before which a word would only flicker
constexpr int slowAfter = 30;    // 3 s: whoever waits that long wants to know that it is not forgotten

} // namespace

Page::Page(PageContext context, int intervalMs, QWidget* parent)
    : QWidget(parent), context_(std::move(context)), waiting_(new QLabel(this))
{
    timer_.setInterval(intervalMs);
    timer_.callOnTimeout(this, [this] { refresh(); });
    patience_.setInterval(answerMs);
    patience_.callOnTimeout(this, &Page::watchAnswers);
    waiting_->setObjectName(QStringLiteral("waiting"));
    waiting_->setProperty("role", QStringLiteral("waiting"));
    waiting_->hide();
}

void Page::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
    timer_.start();
    patience_.start();
}

void Page::hideEvent(QHideEvent* event)
{
    timer_.stop();
    patience_.stop();
    waited_ = 0;
    waiting_->hide();
    abort();
    QWidget::hideEvent(event);
}

void Page::watchAnswers()
{
    if (!asking()) {
        answered_ = true;
        waited_ = 0;
        waiting_->hide();
        return;
    }
    ++waited_;
    if (waited_ == slowAfter)
        sayWaiting(tr("Still asking …"));
    else if (waited_ == loadingAfter && !answered_)
        sayWaiting(tr("Loading …"));
}

void Page::sayWaiting(const QString& words)
{
    waiting_->setText(words);
    waiting_->setAccessibleName(words);
    waiting_->adjustSize();
    waiting_->move(width() - waiting_->width() - space::xl, space::s);
    waiting_->show();
    waiting_->raise();
}

void Page::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    waiting_->move(width() - waiting_->width() - space::xl, space::s);
}

} // namespace drover::gui
