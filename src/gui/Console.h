// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>

#include "gui/Session.h"

#include <memory>

namespace drover::gui {

class Appearance;
class MainWindow;
class WelcomePage;

// The console as a whole: the welcome page until a workspace is open, then its window; made anew when the language
// changes.
class Console final : public QObject {
    Q_OBJECT

public:
    Console(Workplace& workplace, Appearance& appearance, QObject* parent = nullptr);
    ~Console() override;

    // The welcome page; nothing is open yet.
    void welcome();
    // Straight into the sandbox, or a workspace: as if its button had been clicked.
    void openSandbox();
    void openFolder(const std::filesystem::path& folder);

    MainWindow* window() const { return window_.get(); }
    WelcomePage* welcomePage() const { return welcome_.get(); }

private:
    void enter();
    void rebuild();

    Workplace& workplace_;
    Appearance& appearance_;
    std::unique_ptr<WelcomePage> welcome_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<MainWindow> window_; // last: gone before its session
};

} // namespace drover::gui
