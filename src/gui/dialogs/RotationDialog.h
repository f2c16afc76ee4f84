// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>
#include <QTimer>

#include "gui/Session.h"
#include "gui/models/HistoryTableModel.h"

#include <memory>
#include <string>
#include <utility>

namespace drover::gui {

namespace Ui {
class RotationDialog;
}

// Replaces a key and shows how far that is; sets when it is done by itself. Closing it stops nothing.
class RotationDialog final : public QDialog {
    Q_OBJECT

public:
    RotationDialog(RotationDesk& rotation, const QString& target, QWidget* parent = nullptr);
    ~RotationDialog() override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

Q_SIGNALS:
    // A rotation began, ended or went on: the inventory has changed.
    void changed();

private:
    void look();
    void turnTo();
    std::string targetName() const;
    void show(RotationNews news);
    void showRun();
    void showSchedule();
    void showPerson();
    void showTrouble();
    void judge();
    void rotate();
    void paste();
    void act(Task<Result<void>> deed);
    void saveSchedule();

    std::unique_ptr<Ui::RotationDialog> ui_;
    RotationDesk& rotation_;
    RotationNews news_;
    HistoryTableModel history_;
    std::optional<Error> refused_; // what the last click came to
    std::string whenShown_;        // the schedule as it was read last: what a person types over it stays
    std::pair<std::string, std::uint64_t> shown_; // id and revision of the plan in sight
    bool known_ = false;
    QTimer timer_;
    Pending looking_;
    Pending acting_;
};

} // namespace drover::gui
