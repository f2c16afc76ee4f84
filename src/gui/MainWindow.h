// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QButtonGroup>
#include <QMainWindow>
#include <QPointer>

#include "gui/Page.h"

#include <memory>

namespace drover::gui {

class Appearance;
class Commands;
class OrderDialog;
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
    void closeEvent(QCloseEvent* event) override;

private:
    void addPages();
    void addActions();
    void dress();
    void addNotices();
    void showNews(const MigrationNews& news);
    void showTrouble();
    void showAge(bool old);
    void showFailure(const QString& what, const Error& error);
    bool keyWorkHere() const;
    void askToLeaveKeyWork();
    void pauseAndClose();

    std::unique_ptr<Ui::MainWindow> ui_;
    Session& session_;
    Appearance& appearance_;
    Toast* toast_ = nullptr;
    Commands* commands_ = nullptr;
    QButtonGroup navigation_;
    QTimer silence_;    // since the last news
    QPointer<OrderDialog> leaving_;
    bool closing_ = false;
    Pending pausing_;
    std::unique_ptr<Subscription> status_; // last: gone first
};

} // namespace drover::gui
