// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>

#include "gui/pictures/PictureWorkspace.h"

#include <functional>
#include <memory>
#include <vector>

class QWidget;

namespace drover::gui {

class Appearance;
class MainWindow;

// `drover --screenshots DIR`: every page, wizard page and dialog, in both themes and both languages, one PNG each
// (<page>-<theme>-<lang>.png). Three acts of one seeded sandbox workspace: before a migration, in mid-canary, done.
class Pictures {
public:
    Pictures(Workplace& workplace, Appearance& appearance, QString folder);
    ~Pictures();

    void onProgress(std::function<void(std::string)> callback);
    // How many were written. Errors: io where the folder cannot be written to, those of PictureWorkspace.
    Task<Result<int>> draw();

private:
    struct Shot {
        QString name;
        std::function<QWidget*()> open; // gives the widget to draw, once it had time to fill; nothing: nothing to draw
        int waitMs = 150;
        int height = 0;                 // of the window, where it is not the usual one
    };
    using Shots = std::vector<Shot>;

    Shots before();
    Shots midCanary();
    Shots done();
    Shot page(const QString& id, const QString& name);
    Shot dialog(const QString& name, std::function<QDialog*()> make);
    void addWizard(Shots& shots);
    void addKeyDialogs(Shots& shots);
    // The shots in every theme and language.
    Task<Result<void>> act(Shots shots);
    Task<Result<void>> take(Shot shot, QString suffix);

    Workplace& workplace_;
    Appearance& appearance_;
    QString folder_;
    PictureWorkspace stage_;
    int written_ = 0;
    std::unique_ptr<MainWindow> window_;
    std::unique_ptr<QWidget> extra_; // the wizard or dialog in sight
};

} // namespace drover::gui
