// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/EmptyState.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/Icons.h"
#include "gui/Theme.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

constexpr int textWidth = 420;

} // namespace

EmptyState::EmptyState(QWidget* parent) : QWidget(parent)
{
    icon_ = new QLabel(this);
    title_ = new QLabel(this);
    title_->setProperty("role", u"heading"_s);
    text_ = new QLabel(this);
    text_->setProperty("role", u"muted"_s);
    text_->setWordWrap(true);
    text_->setAlignment(Qt::AlignHCenter);
    text_->setFixedWidth(textWidth);
    action_ = new QPushButton(this);
    action_->setObjectName(u"emptyAction"_s);
    action_->setProperty("kind", u"primary"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::xl);
    column->setSpacing(space::s);
    column->addStretch();
    column->addWidget(icon_, 0, Qt::AlignHCenter);
    column->addSpacing(space::xs);
    column->addWidget(title_, 0, Qt::AlignHCenter);
    column->addWidget(text_, 0, Qt::AlignHCenter);
    column->addSpacing(space::s);
    column->addWidget(action_, 0, Qt::AlignHCenter);
    column->addStretch();
    connect(action_, &QPushButton::clicked, this, &EmptyState::activated);
}

void EmptyState::set(const QString& iconName, const QString& title, const QString& text, const QString& action)
{
    iconName_ = iconName;
    title_->setText(title);
    text_->setText(text);
    text_->setMinimumHeight(text_->heightForWidth(textWidth)); // a centred label is not asked how high it wants to be
    action_->setText(action);
    action_->setAccessibleName(action);
    action_->setVisible(!action.isEmpty());
    drawIcon();
}

void EmptyState::drawIcon()
{
    if (!iconName_.isEmpty())
        icon_->setPixmap(iconPixmap(iconName_, tokens().faint, 36, devicePixelRatioF()));
}

void EmptyState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        drawIcon();
    QWidget::changeEvent(event);
}

} // namespace drover::gui
