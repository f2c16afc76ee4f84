// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTest>

#include <atomic>

namespace drover::test {

// While it lives, any qWarning or worse fails the test that runs. The offscreen platform's own remarks are let
// through: they say nothing of the code under test.
class FailOnQtWarning {
public:
    FailOnQtWarning()
    {
        seen() = 0;
        previous() = qInstallMessageHandler(&FailOnQtWarning::handle);
    }
    ~FailOnQtWarning()
    {
        qInstallMessageHandler(previous());
        if (seen() > 0)
            QTest::qFail("a Qt warning was given", __FILE__, __LINE__);
    }
    FailOnQtWarning(const FailOnQtWarning&) = delete;
    FailOnQtWarning& operator=(const FailOnQtWarning&) = delete;

private:
    static std::atomic<int>& seen()
    {
        static std::atomic<int> count = 0;
        return count;
    }
    static QtMessageHandler& previous()
    {
        static QtMessageHandler handler = nullptr;
        return handler;
    }
    static void handle(QtMsgType type, const QMessageLogContext& context, const QString& text)
    {
        const bool platform = text.contains(QLatin1StringView("propagateSizeHints"))
            || text.contains(QLatin1StringView("does not support raise()")) || text.contains(QLatin1StringView("XDG_RUNTIME_DIR")) || text.contains(QLatin1StringView("runtime directory"));
        if (type != QtDebugMsg && type != QtInfoMsg && !platform)
            ++seen();
        if (previous() != nullptr && !platform)
            previous()(type, context, text);
    }
};

} // namespace drover::test
