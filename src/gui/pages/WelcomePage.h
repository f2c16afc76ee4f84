// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "gui/Session.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class WelcomePage;
}

// The first thing a person sees: try it, open a workspace, or make one.
class WelcomePage final : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(Workplace& workplace, QWidget* parent = nullptr);
    ~WelcomePage() override;
    // The session, once opened() was said.
    std::unique_ptr<Session> takeSession() { return std::move(session_); }
    void trySandbox();
    void open(const std::filesystem::path& folder);

Q_SIGNALS:
    void opened();

private:
    void choose();
    void create();
    void wait(const QString& what);
    void showBusy(bool busy);
    void cancel();
    void take(Result<std::unique_ptr<Session>> session);

    std::unique_ptr<Ui::WelcomePage> ui_;
    Workplace& workplace_;
    std::unique_ptr<Session> session_;
    Pending opening_;
};

} // namespace drover::gui
