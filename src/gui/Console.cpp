// SPDX-License-Identifier: Apache-2.0
#include "gui/Console.h"

#include "gui/Appearance.h"
#include "gui/MainWindow.h"
#include "gui/pages/WelcomePage.h"

namespace drover::gui {

Console::Console(Workplace& workplace, Appearance& appearance, QObject* parent)
    : QObject(parent), workplace_(workplace), appearance_(appearance)
{
    // Queued: the page that asked for the language is part of the window that goes.
    connect(&appearance_, &Appearance::languageChanged, this, &Console::rebuild, Qt::QueuedConnection);
}

Console::~Console() = default;

void Console::welcome()
{
    welcome_ = std::make_unique<WelcomePage>(workplace_);
    welcome_->resize(1280, 800);
    connect(welcome_.get(), &WelcomePage::opened, this, &Console::enter, Qt::QueuedConnection);
    welcome_->show();
}

void Console::openSandbox()
{
    welcome();
    welcome_->trySandbox();
}

void Console::openFolder(const std::filesystem::path& folder)
{
    welcome();
    welcome_->open(folder);
}

void Console::enter()
{
    session_ = welcome_->takeSession();
    window_ = std::make_unique<MainWindow>(*session_, appearance_);
    welcome_.reset();
    window_->show();
    window_->raise();
    window_->activateWindow();
}

void Console::rebuild()
{
    if (window_) {
        const QString page = window_->currentPage();
        const QRect place = window_->geometry();
        window_ = std::make_unique<MainWindow>(*session_, appearance_);
        window_->setGeometry(place);
        window_->go(page);
        window_->show();
    } else if (welcome_ && welcome_->isVisible()) {
        welcome();
    }
}

} // namespace drover::gui
