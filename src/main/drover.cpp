// SPDX-License-Identifier: Apache-2.0
// The console. `drover [--workspace DIR | --sandbox]`, `drover --screenshots DIR`.
#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>

#include "base/Clock.h"
#include "gui/Appearance.h"
#include "gui/Console.h"
#include "gui/pictures/Pictures.h"
#include "gui/pictures/SampleSession.h"

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

// Until a machine is composed: every wish ends in the sample.
class SampleWorkplace final : public drover::gui::Workplace {
public:
    explicit SampleWorkplace(const drover::Clock& clock) : clock_(clock) {}
    std::filesystem::path defaultFolder() const override { return "drover"; }
    bool exists(const std::filesystem::path&) const override { return false; }
    drover::Task<drover::Result<std::unique_ptr<drover::gui::Session>>> open(std::filesystem::path) override { co_return make(); }
    drover::Task<drover::Result<std::unique_ptr<drover::gui::Session>>> create(drover::gui::WorkspaceWish) override { co_return make(); }
    drover::Task<drover::Result<std::unique_ptr<drover::gui::Session>>> sandbox(std::function<void(std::string)>) override
    {
        co_return make();
    }

private:
    std::unique_ptr<drover::gui::Session> make() { return std::make_unique<drover::gui::SampleSession>(clock_); }
    const drover::Clock& clock_;
};

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"drover"_s);
    QApplication::setApplicationVersion(QStringLiteral(DROVER_VERSION));
    QCommandLineParser parser;
    const QCommandLineOption screenshots(u"screenshots"_s, u"Draw every page into the folder and end."_s, u"DIR"_s);
    parser.addOption(screenshots);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.process(application);

    const drover::SystemClock clock;
    SampleWorkplace workplace(clock);
    if (parser.isSet(screenshots)) {
        drover::gui::Appearance appearance(application, nullptr);
        drover::gui::SampleSession session(clock);
        drover::gui::Pictures pictures(session, workplace, appearance, parser.value(screenshots));
        QObject::connect(&pictures, &drover::gui::Pictures::finished, &application, [](int count) {
            std::printf("%d pictures\n", count);
            QCoreApplication::exit(count > 0 ? 0 : 1);
        });
        pictures.start();
        return QCoreApplication::exec();
    }
    QSettings settings(u"drover"_s, u"console"_s);
    drover::gui::Appearance appearance(application, &settings);
    drover::gui::Console console(workplace, appearance);
    console.welcome();
    return QCoreApplication::exec();
}
