// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

class QLineEdit;

namespace drover::gui {

namespace Ui {
class WorkspaceDialog;
}

// Everything a new workspace needs. created() hands over the session that is open then.
class WorkspaceDialog final : public QDialog {
    Q_OBJECT

public:
    explicit WorkspaceDialog(Workplace& workplace, QWidget* parent = nullptr);
    ~WorkspaceDialog() override;
    // The session, once accepted.
    std::unique_ptr<Session> takeSession() { return std::move(session_); }
    // Not while the workspace is being made.
    void reject() override;

private:
    void judge();
    void showStore();
    void create();
    std::vector<std::pair<std::string, std::string>> storeSettings() const;
    void browse();
    void showBusy(bool busy);

    std::unique_ptr<Ui::WorkspaceDialog> ui_;
    Workplace& workplace_;
    std::vector<QLineEdit*> storeEdits_; // of the chosen store's fields, in their order
    std::unique_ptr<Session> session_;
    Pending creating_;
};

} // namespace drover::gui
