// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class SettingsPage;
}

// Appearance, and the workspace's settings that a person changes by hand.
class SettingsPage final : public Page {
    Q_OBJECT

public:
    explicit SettingsPage(const PageContext& context, QWidget* parent = nullptr);
    ~SettingsPage() override;
    void refresh() override;

protected:
    void abort() override;
    bool asking() const override { return checking_.running(); }

private:
    void fill();
    void save();
    void check();
    void logIn();
    void showLogin(bool waiting);
    void showTheme();
    void showFindings(const std::vector<app::ConfigService::Finding>& findings);
    Task<Result<void>> saveAll(std::vector<std::pair<std::string, std::string>> changes);

    std::unique_ptr<Ui::SettingsPage> ui_;
    Pending checking_;
    Pending loggingIn_; // goes on too: the person is in the browser
    Pending saving_; // goes on when the page is left: half of what was typed is worse than all of it
};

} // namespace drover::gui
