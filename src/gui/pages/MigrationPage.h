// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include "gui/models/DecisionTableModel.h"

#include <memory>

namespace drover::gui {

class GateCard;

namespace Ui {
class MigrationPage;
}

// The live board: phases, share, gates with what is missing, and the orders a person may give.
class MigrationPage final : public Page {
    Q_OBJECT

public:
    explicit MigrationPage(const PageContext& context, QWidget* parent = nullptr);
    ~MigrationPage() override;
    void refresh() override;
    void showNews(const MigrationNews& news) override;
    void showAge(bool old) override;

protected:
    void abort() override { comparing_.cancel(); }
    bool asking() const override { return comparing_.running(); }

private:
    void showBar(const MigrationNews& news);
    void showStep(const app::MigrationStatus& status);
    void showGates(const std::vector<GateResult>& gates);
    void showRotation(const app::MigrationStatus::Rotation& rotation);
    void showCutover(const app::MigrationStatus& status);
    void showRemark(const MigrationNews& news);

    std::unique_ptr<Ui::MigrationPage> ui_;
    DecisionTableModel decisions_;
    std::vector<GateCard*> gates_;
    bool cutOver_ = false; // the migration in sight has come to its cutover
    Pending comparing_;
};

} // namespace drover::gui
