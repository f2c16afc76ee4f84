// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>
#include <QString>

#include "gui/Session.h"

#include <functional>
#include <memory>
#include <vector>

class QWidget;

namespace drover::gui {

class Appearance;
class MainWindow;

// `drover --screenshots DIR`: every page, wizard page and dialog, in both themes and both languages, one PNG each
// (<page>-<theme>-<lang>.png). One picture a turn of the event loop; finished() at the end.
class Pictures final : public QObject {
    Q_OBJECT

public:
    Pictures(Session& session, Workplace& workplace, Appearance& appearance, QString folder, QObject* parent = nullptr);
    ~Pictures() override;
    void start();

Q_SIGNALS:
    // How many were written; -1 where the folder cannot be written to.
    void finished(int count);

private:
    struct Shot {
        QString name;
        std::function<QWidget*()> open; // gives the widget to draw, once it had time to fill
        int waitMs = 120;
    };

    void plan(const QString& suffix);
    void planPages(const QString& suffix);
    void planWizard(const QString& suffix);
    void planDialogs(const QString& suffix);
    void next();
    void take(QWidget* widget, const QString& name);

    Session& session_;
    Workplace& workplace_;
    Appearance& appearance_;
    QString folder_;
    std::vector<Shot> shots_;
    std::size_t at_ = 0;
    int written_ = 0;
    std::unique_ptr<QWidget> extra_;  // the wizard or dialog in sight
    std::unique_ptr<MainWindow> window_;
};

} // namespace drover::gui
