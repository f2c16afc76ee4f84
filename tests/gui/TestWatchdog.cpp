// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QElapsedTimer>
#include <QTimer>

#include "gui/PageTable.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "support/HangingSession.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestWatchdog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A timer that should fire every 5 ms notes the longest time it had to wait: that long was the loop blocked.
    void theEventLoopIsFreeWhileEveryServiceHangs()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::MainWindow window(session, stage.appearance);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        // Once round without the clock: laying out and drawing a page for the first time is no service.
        for (const auto& page : gui::pageTable()) {
            window.go(QLatin1StringView(page.id));
            GuiStage::settle();
        }
        QElapsedTimer since;
        qint64 longest = 0;
        int beats = 0;
        QTimer heart;
        heart.setInterval(5);
        heart.callOnTimeout([&] {
            longest = std::max(longest, since.restart());
            ++beats;
        });
        const auto listen = [&beats] { return QTest::qWaitFor([&beats, until = beats + 12] { return beats >= until; }, 10'000); };
        since.start();
        heart.start();
        for (const auto& page : gui::pageTable()) {
            window.go(QLatin1StringView(page.id));
            QVERIFY(listen());
        }
        window.commands().verifyKey(QStringLiteral("k_1"));
        QVERIFY(listen());
        window.commands().pause();
        QVERIFY(listen());
        QVERIFY(session.asked > 8);
        QVERIFY2(longest <= 50, qPrintable(QStringLiteral("blocked for %1 ms").arg(longest)));
    }

    void aHiddenPageHasAbortedItsRequests()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        {
            gui::MainWindow window(session, stage.appearance);
            window.show();
            window.go(QStringLiteral("keys"));
            QTRY_VERIFY(session.asked > 0);
            window.go(QStringLiteral("settings"));
            QTRY_COMPARE(session.aborted, session.asked);
            window.go(QStringLiteral("latency"));
            QTRY_VERIFY(session.asked > session.aborted);
        }
        QCOMPARE(session.aborted, session.asked);
    }
};

DROVER_TEST(TestWatchdog)
#include "TestWatchdog.moc"
