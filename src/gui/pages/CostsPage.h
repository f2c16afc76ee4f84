// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include "gui/models/CostTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class CostsPage;
}

// What the traffic cost so far, and what it would cost on either price book.
class CostsPage final : public Page {
    Q_OBJECT

public:
    explicit CostsPage(const PageContext& context, QWidget* parent = nullptr);
    ~CostsPage() override;
    void refresh() override;

protected:
    void abort() override;
    bool asking() const override { return costs_.running(); }

private:
    void show(const CostFacts& costs);
    void showSaving(const CostFacts& costs);
    void showExcluded(const CostFacts& costs);

    std::unique_ptr<Ui::CostsPage> ui_;
    CostTableModel model_;
    Pending costs_;
};

} // namespace drover::gui
