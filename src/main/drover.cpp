// SPDX-License-Identifier: Apache-2.0
// The console.
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QSettings>
#include <QTemporaryDir>

#include "base/Clock.h"
#include "gui/AppSession.h"
#include "gui/Appearance.h"
#include "gui/Console.h"
#include "gui/pictures/Pictures.h"
#include "main/Compose.h"
#include "main/QuitOnSignal.h"

#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace {

using namespace drover;

constexpr std::uint64_t pictureSeed = 1;

struct Wish {
    QString workspace;
    QString scenario;
    QString screenshots;
    bool sandbox = false;
};

Wish readCommandLine(const QApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Moves production LLM traffic from one provider to another."_s);
    const QCommandLineOption workspace(u"workspace"_s, u"Open the workspace in this folder; with --sandbox, make it there."_s, u"DIR"_s);
    const QCommandLineOption sandbox(u"sandbox"_s, u"Start on the sandbox: its providers, a gateway and clients."_s);
    const QCommandLineOption scenario(u"scenario"_s, u"What the sandbox plays: healthy, degraded, slow, diverging, dead-key."_s,
                                      u"NAME"_s, u"healthy"_s);
    const QCommandLineOption screenshots(u"screenshots"_s, u"Draw every page of a seeded sandbox workspace into the folder, and end."_s, u"DIR"_s);
    parser.addOptions({workspace, sandbox, scenario, screenshots});
    parser.addHelpOption();
    parser.addVersionOption();
    // process() would end with 1; input that is not right is 2 in all four programs.
    if (!parser.parse(application.arguments())) {
        std::fprintf(stderr, "drover: %s\n", qPrintable(parser.errorText()));
        std::exit(exitCode(Errc::invalidInput));
    }
    parser.process(application);
    if (!parser.positionalArguments().isEmpty()) {
        std::fprintf(stderr, "drover: what is \"%s\" for? Options begin with --\n", qPrintable(parser.positionalArguments().front()));
        std::exit(exitCode(Errc::invalidInput));
    }
    return {parser.value(workspace), parser.value(scenario), parser.value(screenshots), parser.isSet(sandbox)};
}

void enter(gui::Console& console, gui::AppWorkplace& workplace, const Wish& wish)
{
    if (wish.sandbox)
        console.openSandbox();
    else if (!wish.workspace.isEmpty())
        console.openFolder(wish.workspace.toStdString());
    else if (workplace.exists(workplace.defaultFolder()))
        console.openFolder(workplace.defaultFolder());
    else
        console.welcome();
}

// On a sandbox workspace of its own, which goes with the program.
int draw(QApplication& application, gui::AppWorkplace& workplace, const Wish& wish)
{
    const QTemporaryDir home(QDir::tempPath() + u"/drover-pictures-XXXXXX"_s);
    if (!home.isValid()) {
        std::fprintf(stderr, "drover: no temporary folder: %s\n", qPrintable(home.errorString()));
        return exitCode(Errc::io);
    }
    workplace.setSandbox({home.filePath(u"checkout-platform"_s).toStdString(), wish.scenario.toStdString(), pictureSeed});
    gui::Appearance appearance(application, nullptr);
    gui::Pictures pictures(workplace, appearance, wish.screenshots);
    pictures.onProgress([](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
    const Pending drawing{pictures.draw(), [&wish](const Result<int>& count) {
                              if (count.has_value())
                                  std::printf("%d pictures in %s\n", *count, qPrintable(wish.screenshots));
                              else
                                  std::fprintf(stderr, "drover: %s\n", describe(count.error()).c_str());
                              QCoreApplication::exit(count.has_value() ? 0 : exitCode(count.error().code));
                          }};
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    keepMemoryPrivate();
    QApplication application(argc, argv);
    const QuitOnSignal quitting;
    QApplication::setApplicationName(u"drover"_s);
    QApplication::setApplicationVersion(QStringLiteral(DROVER_VERSION));
    const Wish wish = readCommandLine(application);
    Composition composition(QCoreApplication::applicationDirPath().toStdString(), [](std::string_view line) {
        std::fprintf(stderr, "%.*s\n", int(line.size()), line.data());
    });
    gui::AppWorkplace workplace(composition.machine());
    workplace.setSandbox({wish.sandbox ? wish.workspace.toStdString() : std::string(), wish.scenario.toStdString(), {}});
    if (!wish.screenshots.isEmpty())
        return draw(application, workplace, wish);
    QSettings settings(u"drover"_s, u"console"_s);
    gui::Appearance appearance(application, &settings);
    gui::Console console(workplace, appearance);
    enter(console, workplace, wish);
    return QCoreApplication::exec();
}
