// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/MetricTile.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace drover::gui {

MetricTile::MetricTile(QWidget* parent) : QFrame(parent)
{
    setProperty("card", true);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setMinimumWidth(150);
    caption_ = new QLabel(this);
    caption_->setProperty("role", u"muted"_s);
    value_ = new QLabel(u"–"_s, this);
    value_->setProperty("role", u"metric"_s);
    context_ = new QLabel(this);
    context_->setProperty("role", u"caption"_s);
    context_->setWordWrap(true);
    context_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    spark_ = new SparkLine(this);
    spark_->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::l, space::m, space::l, space::m);
    column->setSpacing(space::xs);
    column->addWidget(caption_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::m);
    row->addWidget(value_);
    row->addWidget(spark_, 1);
    column->addLayout(row);
    // The context takes what a higher neighbour leaves; with a stretch factor the tiles would take the page's own room.
    column->addWidget(context_);
    for (QLabel* label : {caption_, value_})
        label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void MetricTile::setCaption(const QString& caption) { caption_->setText(caption); }

void MetricTile::set(const QString& value, const QString& context, Tone tone)
{
    value_->setText(value);
    context_->setText(context);
    tone_ = tone;
    colour();
    setAccessibleName(caption_->text() + u": "_s + value + u", "_s + context);
}

// A colour that is written out stays when the theme goes: written anew with the palette.
void MetricTile::colour()
{
    const QString sheet = tone_ == Tone::neutral ? QString() : u"color: %1;"_s.arg(toneColor(tokens(), tone_).name());
    if (context_->styleSheet() != sheet)
        context_->setStyleSheet(sheet);
}

void MetricTile::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        colour();
    QFrame::changeEvent(event);
}

void MetricTile::setSeries(std::vector<Spark> series)
{
    spark_->setVisible(!series.empty());
    spark_->setSeries(std::move(series));
}

QString MetricTile::value() const { return value_->text(); }

QString MetricTile::context() const { return context_->text(); }

QString MetricTile::caption() const { return caption_->text(); }

} // namespace drover::gui
