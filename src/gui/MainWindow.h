// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QButtonGroup>
#include <QMainWindow>

#include "gui/Page.h"

#include <memory>

namespace drover::gui {

class Appearance;
class Commands;
class Toast;

namespace Ui {
class MainWindow;
}

// Sidebar, header and the page in sight. Pages and actions are tables; pages look after themselves.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    MainWindow(Session& session, Appearance& appearance, QWidget* parent = nullptr);
    ~MainWindow() override;

    void go(const QString& page);
    QString currentPage() const;
    Page* page(const QString& id) const;
    Commands& commands() { return *commands_; }
    Session& session() { return session_; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void addPages();
    void addActions();
    void dress();
    void showStatus(const app::MigrationStatus& status);

    std::unique_ptr<Ui::MainWindow> ui_;
    Session& session_;
    Appearance& appearance_;
    Toast* toast_ = nullptr;
    Commands* commands_ = nullptr;
    QButtonGroup navigation_;
    std::unique_ptr<Subscription> status_; // last: gone first
};

} // namespace drover::gui
