// SPDX-License-Identifier: Apache-2.0
#include "gui/pages/SettingsPage.h"

#include <QDesktopServices>
#include <QUrl>

#include <algorithm>

#include "pages/ui_SettingsPage.h"

#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/Sentences.h"
#include "gui/Words.h"
#include "gui/widgets/Toast.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

constexpr ThemeName themeChoices[] = {ThemeName::system, ThemeName::light, ThemeName::dark};

const TargetFacts* targetOf(const WorkspaceFacts& facts, std::string_view name)
{
    const auto at = std::find_if(facts.targets.begin(), facts.targets.end(), [&](const auto& t) { return t.name == name; });
    return at == facts.targets.end() ? nullptr : &*at;
}

} // namespace

SettingsPage::SettingsPage(const PageContext& context, QWidget* parent)
    : Page(context, 60000, parent), ui_(std::make_unique<Ui::SettingsPage>())
{
    ui_->setupUi(this);
    Appearance& appearance = this->context().appearance;
    ui_->languageBox->addItem(tr("Like the system"), QString());
    ui_->languageBox->addItem(u"English"_s, u"en"_s);
    ui_->languageBox->addItem(u"简体中文"_s, u"zh_CN"_s);
    ui_->languageBox->setCurrentIndex(std::max(0, ui_->languageBox->findData(appearance.language())));
    showTheme();
    connect(&appearance, &Appearance::themeChanged, this, &SettingsPage::showTheme);
    for (auto* box : {ui_->themeBox, ui_->languageBox})
        box->setMaximumWidth(240);
    fill();
    connect(ui_->themeBox, &QComboBox::activated, this,
            [this](int index) { this->context().appearance.setTheme(themeChoices[index]); });
    connect(ui_->languageBox, &QComboBox::activated, this, [this](int index) {
        this->context().appearance.setLanguage(ui_->languageBox->itemData(index).toString());
    });
    connect(ui_->saveButton, &QPushButton::clicked, this, &SettingsPage::save);
    connect(ui_->checkButton, &QPushButton::clicked, this, &SettingsPage::check);
    connect(ui_->loginButton, &QPushButton::clicked, this, &SettingsPage::logIn);
    ui_->loginButton->setVisible(session().settings().facts().browserLogin);
    showLogin(false);
}

SettingsPage::~SettingsPage() = default;

void SettingsPage::abort()
{
    checking_.cancel();
    ui_->checkButton->setEnabled(true);
}

void SettingsPage::showTheme()
{
    const auto* theme = std::find(std::begin(themeChoices), std::end(themeChoices), context().appearance.theme());
    ui_->themeBox->setCurrentIndex(int(theme - std::begin(themeChoices)));
}

// What is being typed is not overwritten: the fields are filled once.
void SettingsPage::refresh() {}

void SettingsPage::fill()
{
    const WorkspaceFacts& facts = session().settings().facts();
    ui_->nameLabel->setText(text(facts.name));
    ui_->environmentPill->set(environmentText(facts.environment), facts.isProduction() ? Tone::warn : Tone::neutral);
    ui_->folderLabel->setText(text(facts.folder));
    ui_->secretsLabel->setText(storeText(facts.secrets));
    ui_->policyEdit->setText(text(facts.policy));
    ui_->listenEdit->setText(text(facts.listen));
    if (const auto* legacy = targetOf(facts, "legacy"))
        ui_->legacyEdit->setText(text(legacy->openai));
    if (const auto* holysheep = targetOf(facts, "holysheep")) {
        ui_->holysheepEdit->setText(text(holysheep->openai));
        QStringList regions;
        for (const auto& [name, url] : holysheep->regions)
            regions << text(name);
        ui_->regionsLabel->setText(regions.isEmpty() ? tr("None configured") : regions.join(u", "_s));
    }
    ui_->saveButton->setEnabled(!facts.sandbox);
    ui_->saveButton->setToolTip(facts.sandbox ? tr("The sandbox sets its own addresses.") : QString());
}

Task<Result<void>> SettingsPage::saveAll(std::vector<std::pair<std::string, std::string>> changes)
{
    for (const auto& [key, value] : changes) {
        DROVER_CO_CHECK(co_await session().settings().set(key, value));
    }
    co_return Result<void>{};
}

void SettingsPage::save()
{
    const WorkspaceFacts& facts = session().settings().facts();
    std::vector<std::pair<std::string, std::string>> changes;
    const auto note = [&](const char* key, const QLineEdit* edit, const std::string& before) {
        if (edit->text().trimmed().toStdString() != before)
            changes.emplace_back(key, edit->text().trimmed().toStdString());
    };
    const auto* legacy = targetOf(facts, "legacy");
    const auto* holysheep = targetOf(facts, "holysheep");
    note("policy.name", ui_->policyEdit, facts.policy);
    note("gateway.listen", ui_->listenEdit, facts.listen);
    note("targets.legacy.openai", ui_->legacyEdit, legacy != nullptr ? legacy->openai : "");
    note("targets.holysheep.openai", ui_->holysheepEdit, holysheep != nullptr ? holysheep->openai : "");
    ui_->banner->clear();
    if (changes.empty()) {
        this->context().commands.toast().say(tr("Nothing was changed."), Tone::neutral);
        return;
    }
    ui_->saveButton->setEnabled(false);
    saving_ = Pending{saveAll(std::move(changes)), [this](Result<void> result) {
                          ui_->saveButton->setEnabled(true);
                          if (result.has_value()) {
                              fill();
                              this->context().commands.toast().say(tr("Written to drover.toml. What runs takes it up at its next start."));
                          } else {
                              ui_->banner->showError(result.error());
                          }
                      }};
}

void SettingsPage::check()
{
    ui_->checkButton->setEnabled(false);
    checking_ = Pending{session().settings().check(), [this](Result<std::vector<app::ConfigService::Finding>> findings) {
                            ui_->checkButton->setEnabled(true);
                            if (findings.has_value())
                                showFindings(*findings);
                            else
                                ui_->banner->showError(findings.error());
                        }};
}

void SettingsPage::showLogin(bool waiting)
{
    ui_->loginButton->setText(waiting ? tr("Cancel the login") : tr("Log in at the secret store"));
    ui_->loginButton->setAccessibleName(ui_->loginButton->text());
}

// A second click gives up, and frees the port the browser would come back to.
void SettingsPage::logIn()
{
    ui_->banner->clear();
    if (loggingIn_.running()) {
        loggingIn_.cancel();
        return showLogin(false);
    }
    showLogin(true);
    const auto open = [this](const std::string& address) {
        ui_->banner->showText(Tone::neutral, tr("Log in in the browser that opens now"), text(address));
        QDesktopServices::openUrl(QUrl(text(address)));
    };
    loggingIn_ = Pending{session().settings().logIn(open), [this](Result<app::SecretsService::Login> login) {
                             showLogin(false);
                             if (login.has_error())
                                 ui_->banner->showError(login.error());
                             else if (login->notKept)
                                 ui_->banner->showText(Tone::warn, tr("Logged in for as long as this window is open"), sentenceText(login->notKept->what));
                             else
                                 ui_->banner->showText(Tone::good, tr("Logged in"), {});
                         }};
}

void SettingsPage::showFindings(const std::vector<app::ConfigService::Finding>& findings)
{
    QStringList lines;
    bool wrong = false;
    for (const auto& finding : findings) {
        wrong = wrong || finding.isError;
        lines << (finding.where.empty() ? sentenceText(finding.what) : text(finding.where) + u": "_s + sentenceText(finding.what));
    }
    if (lines.isEmpty())
        ui_->banner->showText(Tone::good, tr("Everything a migration needs is in place"), {});
    else
        ui_->banner->showText(wrong ? Tone::bad : Tone::warn, tr("Before a migration can start"), lines.join(u'\n'));
}

} // namespace drover::gui
