// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/Banner.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/Icons.h"
#include "gui/Words.h"

using namespace Qt::StringLiterals;

namespace drover::gui {

Banner::Banner(QWidget* parent) : QFrame(parent)
{
    headline_ = new QLabel(this);
    headline_->setProperty("role", u"strong"_s);
    headline_->setWordWrap(true);
    text_ = new QLabel(this);
    text_->setProperty("role", u"muted"_s);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    action_ = new QPushButton(this);
    action_->setObjectName(u"bannerAction"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::l + 24, space::m, space::m, space::m);
    row->setSpacing(space::m);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(headline_);
    words->addWidget(text_);
    row->addLayout(words, 1);
    row->addWidget(action_, 0, Qt::AlignVCenter);
    dismiss_ = new QToolButton(this);
    dismiss_->setObjectName(u"bannerDismiss"_s);
    dismiss_->setIcon(icon(u"cross"_s));
    dismiss_->setAccessibleName(tr("Dismiss"));
    dismiss_->setToolTip(tr("Dismiss"));
    dismiss_->hide();
    row->addWidget(dismiss_, 0, Qt::AlignVCenter);
    connect(action_, &QPushButton::clicked, this, &Banner::activated);
    connect(dismiss_, &QToolButton::clicked, this, [this] {
        clear();
        Q_EMIT dismissed();
    });
    hide();
}

void Banner::showError(const Error& error, const QString& retry)
{
    const QString remedy = errorRemedy(error);
    const QString details = QString::fromStdString(describe(error));
    showText(Tone::bad, errorHeadline(error), remedy.isEmpty() ? details : remedy + u'\n' + details, retry);
}

void Banner::showText(Tone tone, const QString& headline, const QString& text, const QString& action)
{
    const bool news = isHidden() || headline_->text() != headline;
    tone_ = tone;
    headline_->setText(headline);
    text_->setText(text);
    text_->setVisible(!text.isEmpty());
    action_->setText(action);
    action_->setAccessibleName(action);
    action_->setVisible(!action.isEmpty());
    setAccessibleName(headline);
    setAccessibleDescription(text);
    setVisible(true);
    update();
    if (!news)
        return;
    QAccessibleEvent said(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&said);
}

void Banner::setDismissable(bool dismissable) { dismiss_->setVisible(dismissable); }

void Banner::clear() { hide(); }

QString Banner::headline() const { return isHidden() ? QString() : headline_->text(); }

QString Banner::text() const { return isHidden() ? QString() : text_->text(); }

void Banner::paintEvent(QPaintEvent*)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneSoft(t, tone_));
    painter.drawRoundedRect(rect(), space::radius, space::radius);
    const QString name = tone_ == Tone::bad ? u"error"_s : tone_ == Tone::warn ? u"warning"_s : tone_ == Tone::good ? u"check"_s : u"info"_s;
    painter.drawPixmap(space::m, space::m, iconPixmap(name, toneColor(t, tone_), 18, devicePixelRatioF()));
}

} // namespace drover::gui
