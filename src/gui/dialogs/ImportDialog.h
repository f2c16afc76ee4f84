// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include "gui/Session.h"
#include "gui/models/CandidateTableModel.h"

#include <memory>

namespace drover::gui {

namespace Ui {
class ImportDialog;
}

// Brings keys in from where they lie today: the environment, files, another secret store. Shows what is there, takes what was
// chosen, and says of each that could not be taken why.
class ImportDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ImportDialog(KeyDesk& keys, QWidget* parent = nullptr);
    ~ImportDialog() override;
    // A .env file as the source.
    void setFile(const QString& file);
    // Not while keys are on their way: they would be in the store and in no inventory.
    void reject() override;

Q_SIGNALS:
    void imported(int count);

private:
    void chooseSource();
    void browse();
    void lookOrStop();
    void look();
    void show(app::KeyHarvest harvest);
    void take();
    void told(std::vector<app::KeyTaken> taken);
    std::vector<int> chosen() const;
    void judge();

    std::unique_ptr<Ui::ImportDialog> ui_;
    KeyDesk& keys_;
    CandidateTableModel candidates_;
    app::KeyHarvest harvest_;
    Pending looking_;
    Pending taking_;
};

} // namespace drover::gui
