// SPDX-License-Identifier: Apache-2.0
#include "gui/pictures/Pictures.h"

#include <QCheckBox>
#include <QDir>
#include <QLineEdit>
#include <QPixmap>
#include <QPushButton>
#include <QTimer>

#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/MainWindow.h"
#include "gui/PageTable.h"
#include "gui/dialogs/AboutDialog.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/TokenDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/dialogs/WorkspaceDialog.h"
#include "gui/pages/WelcomePage.h"
#include "gui/wizard/MigrationWizard.h"

using namespace Qt::StringLiterals;

namespace drover::gui {

Pictures::Pictures(Session& session, Workplace& workplace, Appearance& appearance, QString folder, QObject* parent)
    : QObject(parent), session_(session), workplace_(workplace), appearance_(appearance), folder_(std::move(folder))
{
}

Pictures::~Pictures() = default;

void Pictures::start()
{
    if (!QDir().mkpath(folder_)) {
        QTimer::singleShot(0, this, [this] { Q_EMIT finished(-1); });
        return;
    }
    for (const auto& [theme, themeName] : {std::pair{ThemeName::light, u"light"_s}, std::pair{ThemeName::dark, u"dark"_s}})
        for (const auto& language : {u"en"_s, u"zh_CN"_s}) {
            shots_.push_back({{}, [this, theme, language]() -> QWidget* {
                                  extra_.reset();
                                  window_.reset();
                                  appearance_.setTheme(theme);
                                  appearance_.setLanguage(language);
                                  window_ = std::make_unique<MainWindow>(session_, appearance_);
                                  window_->resize(1280, 800);
                                  window_->show();
                                  return nullptr;
                              }});
            plan(u"-%1-%2"_s.arg(themeName, language));
        }
    next();
}

void Pictures::plan(const QString& suffix)
{
    shots_.push_back({u"welcome"_s + suffix, [this]() -> QWidget* {
                          extra_ = std::make_unique<WelcomePage>(workplace_);
                          extra_->resize(1280, 800);
                          extra_->show();
                          return extra_.get();
                      }});
    planPages(suffix);
    planWizard(suffix);
    planDialogs(suffix);
}

void Pictures::planPages(const QString& suffix)
{
    for (const PageSpec& page : pageTable()) {
        const QString id = QString::fromLatin1(page.id);
        shots_.push_back({id + suffix, [this, id]() -> QWidget* {
                              extra_.reset();
                              window_->go(id);
                              return window_.get();
                          },
                          300});
    }
}

void Pictures::planWizard(const QString& suffix)
{
    int number = 0;
    for (const auto* name : {"targets", "policy", "keys", "consent", "summary"}) {
        const bool first = number++ == 0;
        shots_.push_back({u"wizard-"_s + QLatin1StringView(name) + suffix, [this, first]() -> QWidget* {
                              if (first) {
                                  extra_ = std::make_unique<MigrationWizard>(session_, window_->commands(), window_.get());
                                  extra_->show();
                              } else {
                                  // As a person would have to before the summary.
                                  if (auto* agree = extra_->findChild<QCheckBox*>(u"agreeCheck"_s); agree != nullptr && agree->isVisible())
                                      agree->setChecked(true);
                                  static_cast<MigrationWizard*>(extra_.get())->next();
                              }
                              return extra_.get();
                          },
                          250});
    }
}

void Pictures::planDialogs(const QString& suffix)
{
    const auto dialog = [&](const QString& name, std::function<QDialog*()> make) {
        shots_.push_back({name + suffix, [this, make = std::move(make)]() -> QWidget* {
                              extra_.reset(make());
                              extra_->show();
                              extra_->adjustSize();
                              return extra_.get();
                          },
                          200});
    };
    QWidget* window = nullptr;
    dialog(u"add-key"_s, [this, window] { return new AddKeyDialog(session_.keys(), session_.clock(), window); });
    dialog(u"verify-key"_s, [this, window] { return new VerifyKeyDialog(session_.keys(), u"k_e0a4417b22"_s, window); });
    dialog(u"new-token"_s, [this, window] { return new TokenDialog(session_.gateways(), window); });
    dialog(u"create-workspace"_s, [this, window] { return new WorkspaceDialog(workplace_, window); });
    dialog(u"about"_s, [window] { return new AboutDialog(window); });
    shots_.push_back({u"roll-back"_s + suffix, [this]() -> QWidget* {
                          extra_.reset();
                          window_->commands().rollBack();
                          return window_->findChild<OrderDialog*>();
                      }});
    shots_.push_back({{}, [this]() -> QWidget* {
                          window_->findChild<OrderDialog*>()->reject();
                          return nullptr;
                      }});
}

void Pictures::next()
{
    if (at_ == shots_.size()) {
        extra_.reset();
        window_.reset();
        Q_EMIT finished(written_);
        return;
    }
    const Shot& shot = shots_[at_++];
    QWidget* widget = shot.open();
    QTimer::singleShot(shot.waitMs, this, [this, widget, name = shot.name] {
        if (widget != nullptr)
            take(widget, name);
        next();
    });
}

void Pictures::take(QWidget* widget, const QString& name)
{
    if (widget->grab().save(folder_ + u'/' + name + u".png"_s))
        ++written_;
}

} // namespace drover::gui
