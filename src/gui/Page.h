// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTimer>
#include <QWidget>

#include "gui/Session.h"

#include <functional>
#include <optional>

class QLabel;

namespace drover::gui {

class Appearance;
class Commands;

// What an answer says of its source, for a page that shows several: nothing takes the last trouble back.
template <class T>
std::optional<Error> troubleOf(const Result<T>& answer)
{
    return answer.has_value() ? std::nullopt : std::optional<Error>(answer.error());
}

// What every page is given. All of it outlives the page.
struct PageContext {
    Session& session;
    Commands& commands;
    Appearance& appearance;
    std::function<void(const QString& page)> go; // to another page by its id
};

// A page asks for what it shows when it comes into sight and every `interval` while it stays there; hidden or
// destroyed it asks nothing and its requests are aborted. Where answers take long it says so in its corner.
class Page : public QWidget {
    Q_OBJECT

public:
    Page(PageContext context, int intervalMs, QWidget* parent = nullptr);
    // Asks anew, now.
    virtual void refresh() = 0;
    // Every change of what is known of the migration, whether the page is in sight or not.
    virtual void showNews(const MigrationNews&) {}
    // Whether the news are old: no newer ones come, for whatever reason.
    virtual void showAge(bool) {}

protected:
    virtual void abort() = 0;               // drop every Pending
    virtual bool asking() const = 0;        // is one of them under way
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    Session& session() { return context_.session; }
    const PageContext& context() const { return context_; }

private:
    void watchAnswers();
    void sayWaiting(const QString& words);

    PageContext context_;
    QTimer timer_;
    QTimer patience_;
    int waited_ = 0;       // looks of patience_ at one and the same question
    bool answered_ = false; // at least once
    QLabel* waiting_;
};

} // namespace drover::gui
