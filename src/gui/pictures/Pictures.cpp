// SPDX-License-Identifier: Apache-2.0
#include "gui/pictures/Pictures.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QPixmap>
#include <QPushButton>

#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/MainWindow.h"
#include "gui/PageTable.h"
#include "gui/dialogs/AboutDialog.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/CheckDialog.h"
#include "gui/dialogs/CloseDialog.h"
#include "gui/dialogs/ImportDialog.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/RevealDialog.h"
#include "gui/dialogs/RotationDialog.h"
#include "gui/dialogs/ScanDialog.h"
#include "gui/dialogs/TokenDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/dialogs/WorkspaceDialog.h"
#include "gui/pages/WelcomePage.h"
#include "gui/wizard/MigrationWizard.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

constexpr QSize windowSize{1280, 800};
constexpr int wholeBoard = 1800; // high enough for a board without its scroll bar
constexpr int pageMs = 700; // a page asks real services for what it shows
constexpr int firstAnswerMs = 10'000; // the state of the migration is read first, and a page without it is a picture of waiting
constexpr int verifyMs = 2500; // every region of a provider is asked

struct Look {
    ThemeName theme;
    const char* language;
    const char* suffix;
};
constexpr Look looks[] = {{ThemeName::light, "en", "-light-en"},
                          {ThemeName::light, "zh_CN", "-light-zh_CN"},
                          {ThemeName::dark, "en", "-dark-en"},
                          {ThemeName::dark, "zh_CN", "-dark-zh_CN"}};

} // namespace

Pictures::Pictures(Workplace& workplace, Appearance& appearance, QString folder)
    : workplace_(workplace), appearance_(appearance), folder_(std::move(folder)), stage_(workplace)
{
}

Pictures::~Pictures() = default;

void Pictures::onProgress(std::function<void(std::string)> callback) { stage_.onProgress(std::move(callback)); }

Task<Result<int>> Pictures::draw()
{
    if (!QDir().mkpath(folder_))
        co_return Error{Errc::io, "the folder cannot be made", folder_.toStdString()};
    DROVER_CO_CHECK(co_await stage_.open());
    DROVER_CO_CHECK(co_await act(before()));
    DROVER_CO_CHECK(co_await stage_.toMidCanary());
    DROVER_CO_CHECK(co_await act(midCanary()));
    DROVER_CO_CHECK(co_await stage_.toDone());
    DROVER_CO_CHECK(co_await act(done()));
    extra_.reset();
    window_.reset();
    co_return written_;
}

Pictures::Shots Pictures::before()
{
    Shots shots;
    shots.push_back({u"welcome"_s, [this]() -> QWidget* {
                         extra_ = std::make_unique<WelcomePage>(workplace_);
                         extra_->resize(windowSize);
                         extra_->show();
                         return extra_.get();
                     }});
    shots.push_back(page(u"overview"_s, u"overview-before"_s));
    shots.push_back(page(u"migration"_s, u"migration-before"_s));
    addWizard(shots);
    return shots;
}

Pictures::Shots Pictures::midCanary()
{
    Shots shots;
    for (const PageSpec& spec : pageTable())
        shots.push_back(page(QString::fromLatin1(spec.id), QString::fromLatin1(spec.id)));
    QWidget* window = nullptr;
    shots.push_back(dialog(u"add-key"_s, [this, window] { return new AddKeyDialog(stage_.session().keys(), stage_.session().clock(), window); }));
    shots.push_back(dialog(u"verify-key"_s, [this, window] { return new VerifyKeyDialog(stage_.session().keys(), text(stage_.provenKey().id), window); }));
    shots.back().waitMs = verifyMs;
    shots.push_back(dialog(u"rotation-held"_s, [this, window] { return new RotationDialog(stage_.session().rotation(), u"holysheep"_s, window); }));
    addKeyDialogs(shots);
    shots.push_back(dialog(u"new-token"_s, [this, window] { return new TokenDialog(stage_.session().gateways(), window); }));
    shots.push_back(dialog(u"create-workspace"_s, [this, window] { return new WorkspaceDialog(workplace_, window); }));
    shots.push_back(dialog(u"create-workspace-vault"_s, [this, window] {
        auto* create = new WorkspaceDialog(workplace_, window);
        create->findChild<QLineEdit*>(u"nameEdit"_s)->setText(u"Production"_s);
        auto* store = create->findChild<QComboBox*>(u"secretsBox"_s);
        store->setCurrentIndex(std::max(0, store->findText(u"AppRole"_s, Qt::MatchContains)));
        return create;
    }));
    shots.push_back(dialog(u"close"_s, [this, window] { return new CloseDialog(window_->commands().news(), window); }));
    shots.push_back(dialog(u"about"_s, [window] { return new AboutDialog(window); }));
    shots.push_back({u"roll-back"_s, [this]() -> QWidget* {
                         extra_.reset();
                         window_->commands().rollBack();
                         return window_->findChild<OrderDialog*>();
                     }});
    shots.push_back({{}, [this]() -> QWidget* {
                         window_->findChild<OrderDialog*>()->reject();
                         return nullptr;
                     }});
    return shots;
}

Pictures::Shots Pictures::done()
{
    Shots shots;
    for (const auto* id : {"overview", "migration", "keys", "costs"})
        shots.push_back(page(QString::fromLatin1(id), QString::fromLatin1(id) + u"-done"_s));
    shots[1].height = wholeBoard;
    QWidget* window = nullptr;
    shots.push_back(dialog(u"rotation"_s, [this, window] { return new RotationDialog(stage_.session().rotation(), u"holysheep"_s, window); }));
    shots.back().waitMs = pageMs;
    return shots;
}

// Each as it looks once it has an answer.
void Pictures::addKeyDialogs(Shots& shots)
{
    QWidget* window = nullptr;
    shots.push_back(dialog(u"reveal-key"_s, [this, window] {
        const KeyRecord& key = stage_.provenKey();
        auto* reveal = new RevealDialog(stage_.session().keys(), key, window);
        reveal->findChild<QLineEdit*>(u"nameEdit"_s)->setText(text(key.name.empty() ? key.id : key.name));
        reveal->findChild<QPushButton*>(u"showButton"_s)->click();
        return reveal;
    }));
    shots.back().waitMs = pageMs;
    shots.push_back(dialog(u"scan-keys"_s, [this, window] {
        auto* scan = new ScanDialog(stage_.session().keys(), window);
        scan->setPlace(stage_.exampleFolder());
        scan->findChild<QPushButton*>(u"scanButton"_s)->click();
        return scan;
    }));
    shots.back().waitMs = pageMs;
    shots.push_back(dialog(u"check-keys"_s, [this, window] { return new CheckDialog(stage_.session().keys(), window); }));
    shots.back().waitMs = pageMs;
    shots.push_back(dialog(u"import-keys"_s, [this, window] {
        auto* import = new ImportDialog(stage_.session().keys(), window);
        import->setFile(stage_.exampleFolder() + u"/.env"_s);
        import->findChild<QPushButton*>(u"lookButton"_s)->click();
        return import;
    }));
    shots.back().waitMs = pageMs;
}

Pictures::Shot Pictures::page(const QString& id, const QString& name)
{
    return {name, [this, id]() -> QWidget* {
                extra_.reset();
                window_->go(id);
                return window_.get();
            },
            pageMs};
}

Pictures::Shot Pictures::dialog(const QString& name, std::function<QDialog*()> make)
{
    return {name, [this, make = std::move(make)]() -> QWidget* {
                extra_.reset(make());
                extra_->show();
                extra_->adjustSize();
                return extra_.get();
            },
            250};
}

void Pictures::addWizard(Shots& shots)
{
    bool first = true;
    for (const auto* name : {"targets", "policy", "keys", "consent", "summary"}) {
        shots.push_back({u"wizard-"_s + QLatin1StringView(name), [this, first]() -> QWidget* {
                             if (first) {
                                 extra_ = std::make_unique<MigrationWizard>(stage_.session(), window_->commands(), window_.get());
                                 extra_->show();
                             } else {
                                 // As a person would have to before the summary.
                                 if (auto* agree = extra_->findChild<QCheckBox*>(u"agreeCheck"_s); agree != nullptr && agree->isVisible())
                                     agree->setChecked(true);
                                 static_cast<MigrationWizard*>(extra_.get())->next();
                             }
                             return extra_.get();
                         },
                         400});
        first = false;
    }
}

Task<Result<void>> Pictures::act(Shots shots)
{
    for (const Look& look : looks) {
        extra_.reset();
        window_.reset();
        appearance_.setTheme(look.theme);
        appearance_.setLanguage(QString::fromLatin1(look.language));
        window_ = std::make_unique<MainWindow>(stage_.session(), appearance_);
        window_->show();
        for (int waited = 0; waited < firstAnswerMs && !window_->commands().news().known(); waited += pageMs)
            co_await waitFor(pageMs);
        for (const Shot& shot : shots) {
            DROVER_CO_CHECK(co_await take(shot, QString::fromLatin1(look.suffix)));
        }
    }
    co_return Result<void>{};
}

Task<Result<void>> Pictures::take(Shot shot, QString suffix)
{
    window_->resize(windowSize.width(), shot.height > 0 ? shot.height : windowSize.height());
    QWidget* widget = shot.open();
    co_await waitFor(shot.waitMs);
    if (widget == nullptr)
        co_return Result<void>{};
    const QString file = folder_ + u'/' + shot.name + suffix + u".png"_s;
    if (!widget->grab().save(file))
        co_return Error{Errc::io, "the picture cannot be written", file.toStdString()};
    ++written_;
    co_return Result<void>{};
}

} // namespace drover::gui
