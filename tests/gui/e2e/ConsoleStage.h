// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QAbstractButton>
#include <QTemporaryDir>
#include <QTest>

#include "gui/AppSession.h"
#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/Console.h"
#include "gui/MainWindow.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/pages/WelcomePage.h"
#include "gui/widgets/StatusPill.h"
#include "main/Compose.h"
#include "support/FailOnQtWarning.h"

#include <QLineEdit>

#include <memory>
#include <optional>
#include <utility>

namespace drover::test {

constexpr int patience = 400'000; // against hanging; a slow machine is no failure

// The answer, or nothing where none came.
template <class T>
std::optional<Result<T>> answerOf(Task<Result<T>> task)
{
    std::optional<Result<T>> answer;
    Pending pending{std::move(task), [&](Result<T> result) { answer.emplace(std::move(result)); }};
    const bool answered = QTest::qWaitFor([&] { return answer.has_value(); }, 20'000);
    return answered ? std::move(answer) : std::nullopt;
}

// The real console on the real sandbox, and the hands of whoever uses it.
class ConsoleStage {
public:
    ConsoleStage()
    {
        guard_.emplace();
        composition_ = std::make_unique<Composition>(DROVER_BIN_DIR, [](std::string_view) {});
        workplace_ = std::make_unique<gui::AppWorkplace>(composition_->machine());
        workplace_->setSandbox({sandboxFolder().toStdString(), "healthy", {}});
        appearance_ = std::make_unique<gui::Appearance>(*qApp, nullptr);
        appearance_->setLanguage(QStringLiteral("en"));
        console_ = std::make_unique<gui::Console>(*workplace_, *appearance_);
    }
    ~ConsoleStage()
    {
        console_.reset();
        workplace_.reset();
        composition_.reset();
        guard_.reset(); // fails here, were there any Qt warning from the first click on
    }

    QString sandboxFolder() const { return home_.filePath(QStringLiteral("sandbox")); }
    gui::MainWindow& window() const { return *console_->window(); }
    app::Machine& machine() const { return composition_->machine(); }
    Deadline soon() const { return Deadline::in(machine().clock, std::chrono::seconds{15}); }
    QString phase() const { return window().findChild<gui::StatusPill*>(QStringLiteral("phasePill"))->text(); }
    const app::MigrationStatus& status() const { return window().commands().status(); }

    // First start: the welcome page, its first button, the window.
    void open()
    {
        console_->welcome();
        QVERIFY(QTest::qWaitForWindowExposed(console_->welcomePage()));
        press(*console_->welcomePage(), "sandboxButton");
        QTRY_VERIFY_WITH_TIMEOUT(console_->window() != nullptr, patience);
        QTRY_VERIFY_WITH_TIMEOUT(console_->window()->isActiveWindow(), 30'000);
    }
    static void press(const QWidget& parent, const char* name)
    {
        auto* button = parent.findChild<QAbstractButton*>(QLatin1StringView(name));
        QVERIFY2(button != nullptr, name);
        QTRY_VERIFY2_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), name, patience);
        QTest::mouseClick(button, Qt::LeftButton);
        QCoreApplication::processEvents();
    }
    // Ctrl and a key. No window manager gives the window the keyboard back when a dialog has closed: the test does.
    static void key(QWidget& window, Qt::Key which)
    {
        window.activateWindow();
        QTRY_VERIFY_WITH_TIMEOUT(window.isActiveWindow(), patience);
        QTest::keyClick(&window, which, Qt::ControlModifier);
    }
    // A key as the provider's dashboard would show it.
    std::optional<SandboxKey> mint()
    {
        auto minted = answerOf(machine().sandbox.mint(window().session().settings().facts().sandboxControl, "holysheep", soon()));
        if (!minted || !minted->has_value())
            return std::nullopt;
        return std::move(**minted);
    }
    // The dialog that is open, filled in and confirmed.
    void addKey(const QString& name, const SandboxKey& minted)
    {
        auto* add = window().findChild<gui::AddKeyDialog*>();
        QVERIFY(add != nullptr);
        QTest::keyClicks(add->findChild<QLineEdit*>(QStringLiteral("nameEdit")), name);
        minted.key.reveal([&](std::string_view key) {
            QTest::keyClicks(add->findChild<QLineEdit*>(QStringLiteral("keyEdit")), gui::text(key));
        });
        press(*add, "addButton");
    }

private:
    std::optional<FailOnQtWarning> guard_;
    QTemporaryDir home_;
    std::unique_ptr<Composition> composition_;
    std::unique_ptr<gui::AppWorkplace> workplace_;
    std::unique_ptr<gui::Appearance> appearance_;
    std::unique_ptr<gui::Console> console_;
};

} // namespace drover::test
