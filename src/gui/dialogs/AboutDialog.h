// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include <memory>

namespace drover::gui {

namespace Ui {
class AboutDialog;
}

// Version and licences.
class AboutDialog final : public QDialog {
    Q_OBJECT

public:
    explicit AboutDialog(QWidget* parent = nullptr);
    ~AboutDialog() override;

private:
    std::unique_ptr<Ui::AboutDialog> ui_;
};

} // namespace drover::gui
