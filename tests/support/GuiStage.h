// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QApplication>
#include <QPushButton>
#include <QTest>

#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/MainWindow.h"
#include "gui/Page.h"
#include "support/SampleSession.h"
#include "gui/widgets/Toast.h"
#include "support/FailOnQtWarning.h"
#include "support/ManualClock.h"

namespace drover::test {

// A page or dialog alone on stage: the sample workspace behind it, warnings forbidden.
struct GuiStage {
    FailOnQtWarning guard;
    ManualClock clock;
    gui::Appearance appearance{*qApp, nullptr};
    SampleSession session{clock};
    QWidget window;
    gui::Toast toast{&window};
    gui::Commands commands{session, toast, window};
    QString wentTo;

    GuiStage()
    {
        appearance.setLanguage(QStringLiteral("en"));
        window.resize(1100, 760);
    }

    gui::PageContext context()
    {
        return {session, commands, appearance, [this](const QString& page) { wentTo = page; }};
    }
    // Shows a page until it has answered its first requests.
    template <class W>
    W& show(W& widget)
    {
        widget.resize(1100, 760);
        static_cast<QWidget&>(widget).show();
        settle();
        return widget;
    }
    static void settle()
    {
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
    }
};

template <class W>
W* find(const QWidget& parent, const char* name)
{
    W* found = parent.findChild<W*>(QLatin1StringView(name));
    if (found == nullptr)
        QTest::qFail(qPrintable(QStringLiteral("no %1").arg(QLatin1StringView(name))), __FILE__, __LINE__);
    return found;
}

inline void click(const QWidget& parent, const char* name)
{
    if (auto* button = find<QAbstractButton>(parent, name))
        QTest::mouseClick(button, Qt::LeftButton);
    GuiStage::settle();
}

} // namespace drover::test
