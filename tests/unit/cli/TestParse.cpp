// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "cli/Command.h"
#include "cli/Text.h"
#include "support/TestMain.h"

#include <algorithm>
#include <set>

using namespace drover;
using namespace drover::cli;

namespace {

Result<Request> parse(std::vector<std::string> words)
{
    bool json = false;
    return parseCommandLine(words, commandTable(), json);
}

} // namespace

class TestParse final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheLongestVerb();
    void takesArgumentsOptionsAndFlags();
    void globalsStandAnywhere();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void repeatedArgumentsTakeTheRest();
    void helpIsForAllForAGroupAndForAVerb();
    void everyVerbOfTheIssueIsThere();
    void noVerbTakesASecretAsAnArgument();
    void completionAndManPageNameEveryVerb();
    void tablesLineUpByCharacters();
};

void TestParse::findsTheLongestVerb()
{
    const Result<Request> request = parse({"keys", "import", "env", "k_01"});
    QVERIFY(request.has_value());
    QCOMPARE(request->command->verb, std::string_view("keys import env"));
    QCOMPARE(request->call.argument("ID"), std::string("k_01"));
}

void TestParse::takesArgumentsOptionsAndFlags()
{
    const Result<Request> request =
        parse({"migrate", "start", "--policy", "rehearsal", "--consent=holysheep", "--detach"});
    QVERIFY(request.has_value());
    QCOMPARE(request->call.option("--policy").value_or(""), std::string("rehearsal"));
    QCOMPARE(request->call.option("--consent").value_or(""), std::string("holysheep"));
    QVERIFY(request->call.flag("--detach"));
    QVERIFY(!request->call.flag("--reason"));
}

void TestParse::globalsStandAnywhere()
{
    bool json = false;
    const std::vector<std::string> words{"keys", "--json", "list", "--workspace", "/tmp/w"};
    const Result<Request> request = parseCommandLine(words, commandTable(), json);
    QVERIFY(request.has_value());
    QVERIFY(json);
    QVERIFY(request->call.json);
    QVERIFY(request->call.folderGiven);
    QCOMPARE(request->call.folder, std::filesystem::path("/tmp/w"));
}

void TestParse::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("where");
    QTest::newRow("nothing") << QStringList{} << QStringLiteral("VERB");
    QTest::newRow("no such verb") << QStringList{QStringLiteral("frobnicate")} << QStringLiteral("frobnicate");
    QTest::newRow("not built") << QStringList{QStringLiteral("dance")} << QStringLiteral("dance");
    QTest::newRow("half a verb") << QStringList{QStringLiteral("keys")} << QStringLiteral("keys");
    QTest::newRow("missing argument") << QStringList{QStringLiteral("tokens"), QStringLiteral("create")}
                                      << QStringLiteral("NAME");
    QTest::newRow("missing option") << QStringList{QStringLiteral("keys"), QStringLiteral("add"), QStringLiteral("k_01")}
                                    << QStringLiteral("--target");
    QTest::newRow("missing value") << QStringList{QStringLiteral("migrate"), QStringLiteral("start"),
                                                  QStringLiteral("--policy")}
                                   << QStringLiteral("--policy");
    QTest::newRow("unknown option") << QStringList{QStringLiteral("keys"), QStringLiteral("list"),
                                                   QStringLiteral("--everything")}
                                    << QStringLiteral("--everything");
    QTest::newRow("a value for a flag") << QStringList{QStringLiteral("usage"), QStringLiteral("summary"),
                                                       QStringLiteral("--all-roles=yes")}
                                        << QStringLiteral("--all-roles");
    QTest::newRow("not a choice") << QStringList{QStringLiteral("demo"), QStringLiteral("--scenario"),
                                                 QStringLiteral("sunny")}
                                  << QStringLiteral("--scenario");
    QTest::newRow("a word too many") << QStringList{QStringLiteral("migrate"), QStringLiteral("status"),
                                                    QStringLiteral("now")}
                                     << QStringLiteral("now");
    QTest::newRow("no folder") << QStringList{QStringLiteral("init"), QStringLiteral("--workspace")}
                               << QStringLiteral("--workspace");
}

void TestParse::refusesWhatDoesNotFit()
{
    QFETCH(QStringList, words);
    QFETCH(QString, where);
    std::vector<std::string> plain;
    for (const QString& word : words)
        plain.push_back(word.toStdString());
    const Result<Request> request = parse(plain);
    QVERIFY(!request.has_value());
    QCOMPARE(request.error().code, Errc::invalidInput);
    QCOMPARE(QString::fromStdString(request.error().where), where);
    QVERIFY(!request.error().what.empty());
}

void TestParse::repeatedArgumentsTakeTheRest()
{
    const Result<Request> request = parse({"routing", "set", "legacy=0.9", "holysheep=0.1", "--reason", "a trial"});
    QVERIFY(request.has_value());
    const std::vector<std::string> expected{"legacy=0.9", "holysheep=0.1"};
    QCOMPARE(request->call.more, expected);
}

void TestParse::helpIsForAllForAGroupAndForAVerb()
{
    const Result<Request> all = parse({"--help"});
    QVERIFY(all.has_value());
    QCOMPARE(all->kind, Request::Kind::help);
    const Result<Request> group = parse({"keys", "--help"});
    QVERIFY(group.has_value());
    QCOMPARE(group->group, std::string("keys"));
    const Result<Request> verb = parse({"keys", "add", "--help"});
    QVERIFY(verb.has_value());
    QCOMPARE(verb->command->verb, std::string_view("keys add"));
    QVERIFY(helpOf(*verb->command).find("--target") != std::string::npos);
    QVERIFY(helpOfGroup(commandTable(), "keys").find("verify") != std::string::npos);
}

void TestParse::everyVerbOfTheIssueIsThere()
{
    std::set<std::string_view> verbs;
    for (const Command& command : commandTable()) {
        QVERIFY2(verbs.insert(command.verb).second, "a verb is there once");
        QVERIFY2(!command.help.empty() && command.run, std::string(command.verb).c_str());
    }
    for (const std::string_view verb :
         {"init", "config get", "config set", "config check", "secrets set", "secrets list", "secrets delete", "secrets login",
          "tokens create", "tokens list", "tokens revoke", "gateway start", "gateway status", "gateway stop",
          "keys list", "keys add", "keys import env", "keys show", "keys verify", "rotation run", "rotation status",
          "migrate start", "migrate status", "migrate advance", "migrate pause", "migrate resume", "migrate rollback",
          "shadow replay", "routing show", "routing acks", "usage summary", "gate check", "report migration",
          "audit list", "demo"})
        QVERIFY2(verbs.contains(verb), std::string(verb).c_str());
}

void TestParse::noVerbTakesASecretAsAnArgument()
{
    for (const Command& command : commandTable()) {
        for (const OptionSpec& option : command.options)
            for (const std::string_view word : {"--key", "--secret", "--token", "--password", "--value"})
                QVERIFY2(option.name != word, std::string(command.verb).c_str());
    }
}

void TestParse::completionAndManPageNameEveryVerb()
{
    const std::string completion = bashCompletion(commandTable());
    const std::string page = manPage(commandTable());
    const std::string help = helpText(commandTable());
    for (const Command& command : commandTable()) {
        QVERIFY2(completion.find('"' + std::string(command.verb) + '"') != std::string::npos,
                 std::string(command.verb).c_str());
        QVERIFY(page.find(".B " + std::string(command.verb)) != std::string::npos);
        QVERIFY(help.find("  " + std::string(command.verb)) != std::string::npos);
    }
    QVERIFY(page.starts_with(".TH DROVERCTL 1"));
    QVERIFY(page.find("\n.\n") == std::string::npos);
}

void TestParse::tablesLineUpByCharacters()
{
    const std::string table = tableText({"A", "B"}, {{"längér", "x"}, {"y", ""}});
    QCOMPARE(QString::fromStdString(table), QStringLiteral("A       B\nlängér  x\ny\n"));
    QCOMPARE(percentText(0.05), std::string("5 %"));
    QCOMPARE(percentText(0.125), std::string("12.5 %"));
    QCOMPARE(percentText(1), std::string("100 %"));
}

DROVER_TEST(TestParse)
#include "TestParse.moc"
