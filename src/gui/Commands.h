// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>

#include "gui/Session.h"

namespace drover::gui {

class Toast;

// What a person can order, whether by a button, a key or a menu. Opens the dialogs it needs (never blocking) and says
// what became of it. One for each open workspace.
class Commands : public QObject {
    Q_OBJECT

public:
    Commands(Session& session, Toast& toast, QWidget& window);
    ~Commands() override;

    void newMigration();
    void advance();
    void pause();
    void resume();
    void rollBack();
    void addKey();
    void verifyKey(const QString& id);
    void createToken();

    // The latest status, for what the dialogs say.
    void setStatus(const app::MigrationStatus& status) { status_ = status; }
    const app::MigrationStatus& status() const { return status_; }
    Toast& toast() { return toast_; }

Q_SIGNALS:
    // Something was changed that pages show: look again.
    void changed();

private:
    void order(OrderVerb verb, const QString& reason, const QString& done);

    Session& session_;
    Toast& toast_;
    QWidget& window_;
    app::MigrationStatus status_;
    Pending ordering_;
    Pending rollingBack_; // of its own: nothing may stand in its way
};

} // namespace drover::gui
