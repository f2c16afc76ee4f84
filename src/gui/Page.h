// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTimer>
#include <QWidget>

#include "gui/Session.h"

#include <functional>

namespace drover::gui {

class Appearance;
class Commands;

// What every page is given. All of it outlives the page.
struct PageContext {
    Session& session;
    Commands& commands;
    Appearance& appearance;
    std::function<void(const QString& page)> go; // to another page by its id
};

// A page asks for what it shows when it comes into sight and every `interval` while it stays there; hidden or
// destroyed it asks nothing and its requests are aborted.
class Page : public QWidget {
    Q_OBJECT

public:
    Page(PageContext context, int intervalMs, QWidget* parent = nullptr);
    // Asks anew, now.
    virtual void refresh() = 0;
    // Every change of the migration, whether the page is in sight or not.
    virtual void showStatus(const app::MigrationStatus&) {}

protected:
    virtual void abort() = 0; // drop every Pending
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    Session& session() { return context_.session; }
    const PageContext& context() const { return context_; }

private:
    PageContext context_;
    QTimer timer_;
};

} // namespace drover::gui
