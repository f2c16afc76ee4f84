// SPDX-License-Identifier: Apache-2.0
// The console.
#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>

#include "base/Clock.h"
#include "gui/AppSession.h"
#include "gui/Appearance.h"
#include "gui/Console.h"
#include "gui/pictures/Pictures.h"
#include "gui/pictures/SampleSession.h"
#include "main/Compose.h"

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

using namespace drover;

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
    const QCommandLineOption screenshots(u"screenshots"_s, u"Draw every page into the folder and end."_s, u"DIR"_s);
    parser.addOptions({workspace, sandbox, scenario, screenshots});
    parser.addHelpOption();
    parser.addVersionOption();
    parser.process(application);
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

int draw(QApplication& application, gui::Workplace& workplace, const QString& folder)
{
    const SystemClock clock;
    gui::Appearance appearance(application, nullptr);
    gui::SampleSession session(clock);
    gui::Pictures pictures(session, workplace, appearance, folder);
    QObject::connect(&pictures, &gui::Pictures::finished, &application, [&folder](int count) {
        if (count > 0)
            std::printf("%d pictures in %s\n", count, qPrintable(folder));
        else
            std::fprintf(stderr, "drover: cannot write to %s\n", qPrintable(folder));
        QCoreApplication::exit(count > 0 ? 0 : 2);
    });
    pictures.start();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    keepMemoryPrivate();
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"drover"_s);
    QApplication::setApplicationVersion(QStringLiteral(DROVER_VERSION));
    const Wish wish = readCommandLine(application);
    Composition composition(QCoreApplication::applicationDirPath().toStdString(), [](std::string_view line) {
        std::fprintf(stderr, "%.*s\n", int(line.size()), line.data());
    });
    gui::AppWorkplace workplace(composition.machine());
    workplace.setSandbox({wish.sandbox ? wish.workspace.toStdString() : std::string(), wish.scenario.toStdString()});
    if (!wish.screenshots.isEmpty())
        return draw(application, workplace, wish.screenshots);
    QSettings settings(u"drover"_s, u"console"_s);
    gui::Appearance appearance(application, &settings);
    gui::Console console(workplace, appearance);
    enter(console, workplace, wish);
    return QCoreApplication::exec();
}
