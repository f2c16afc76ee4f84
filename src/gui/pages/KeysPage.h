// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Page.h"

#include <QSortFilterProxyModel>

#include "gui/models/KeyTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class KeysPage;
}

// The key inventory: age, expiry, health, weight, and the rotations that have not ended.
class KeysPage final : public Page {
    Q_OBJECT

public:
    explicit KeysPage(const PageContext& context, QWidget* parent = nullptr);
    ~KeysPage() override;
    void refresh() override;

protected:
    void abort() override;
    bool asking() const override { return keys_.running() || open_.running(); }

private:
    void show(std::vector<app::KeyRow> rows);
    void showRotations(std::vector<OpenRotation> open);
    void sayRotation(const OpenRotation& rotation, std::size_t others);
    void showDetail();
    const app::KeyRow* selected() const;

    std::unique_ptr<Ui::KeysPage> ui_;
    KeyTableModel model_;
    QSortFilterProxyModel sorted_;
    QString rotating_; // the target that the rotations' banner speaks of
    Pending keys_;
    Pending open_;
};

} // namespace drover::gui
