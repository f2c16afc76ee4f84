// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/config/DotEnv.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

using namespace drover;
using drover::test::plain;

class TestDotEnv : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOneLine_data();
    void readsOneLine();
    void passesOver_data();
    void passesOver();
    void refusesNamingTheLine_data();
    void refusesNamingTheLine();
    void keepsOrderLinesAndRepetitions();
};

void TestDotEnv::readsOneLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("plain") << QByteArray("NAME=cr_abc") << QByteArray("cr_abc");
    QTest::newRow("exported") << QByteArray("export NAME=cr_abc\n") << QByteArray("cr_abc");
    QTest::newRow("blanks around =") << QByteArray("  NAME\t= cr_abc  \n") << QByteArray("cr_abc");
    QTest::newRow("line ends of Windows") << QByteArray("NAME=cr_abc\r\n") << QByteArray("cr_abc");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbfNAME=cr_abc\n") << QByteArray("cr_abc");
    QTest::newRow("a comment behind") << QByteArray("NAME=cr_abc # the new one\n") << QByteArray("cr_abc");
    QTest::newRow("a # within") << QByteArray("NAME=cr#abc\n") << QByteArray("cr#abc");
    QTest::newRow("only a comment") << QByteArray("NAME= # none yet\n") << QByteArray("");
    QTest::newRow("empty") << QByteArray("NAME=\n") << QByteArray("");
    QTest::newRow("empty in quotes") << QByteArray("NAME=\"\"\n") << QByteArray("");
    QTest::newRow("equals signs") << QByteArray("NAME=a=b==\n") << QByteArray("a=b==");
    QTest::newRow("single quotes") << QByteArray("NAME='a \\n $b # \"c\"' # comment\n") << QByteArray("a \\n $b # \"c\"");
    QTest::newRow("double quotes") << QByteArray("NAME=\"a\\tb \\\"c\\\" \\$d \\\\ # e\"\r\n") << QByteArray("a\tb \"c\" $d \\ # e");
    QTest::newRow("an escape that is none") << QByteArray("NAME=\"a\\qb\"\n") << QByteArray("a\\qb");
    QTest::newRow("a continued line") << QByteArray("NAME=\"ab\\\ncd\"\n") << QByteArray("abcd");
    QTest::newRow("backticks") << QByteArray("NAME=`it's \"so\"`\n") << QByteArray("it's \"so\"");
    QTest::newRow("several lines") << QByteArray("NAME=\"one\ntwo\"\n") << QByteArray("one\ntwo");
    QTest::newRow("a reference") << QByteArray("NAME=${OTHER}\n") << QByteArray("${OTHER}");
    QTest::newRow("dots and dashes") << QByteArray("my.app-key_2=cr_abc\n") << QByteArray("cr_abc");
    QTest::newRow("a variable called export") << QByteArray("export = cr_abc\n") << QByteArray("cr_abc");
}

void TestDotEnv::readsOneLine()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, value);
    const auto entries = parseDotEnv(text.toStdString(), ".env");
    QVERIFY2(entries.has_value(), entries.has_error() ? entries.error().what.c_str() : "");
    QCOMPARE(entries->size(), std::size_t(1));
    QCOMPARE(QByteArray::fromStdString(plain(entries->front().value)), value);
    QCOMPARE(entries->front().line, std::size_t(1));
}

void TestDotEnv::passesOver_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("empty lines") << QByteArray("\n  \n\r\n\t\r\n");
    QTest::newRow("comments") << QByteArray("# NAME=cr_abc\n   # and so on");
    QTest::newRow("export alone") << QByteArray("export NAME\nexport OTHER # of the shell\n");
}

void TestDotEnv::passesOver()
{
    QFETCH(QByteArray, text);
    const auto entries = parseDotEnv(text.toStdString(), ".env");
    QVERIFY(entries.has_value());
    QVERIFY(entries->empty());
}

void TestDotEnv::refusesNamingTheLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("where");
    QTest::newRow("no =") << QByteArray("A=1\ncr_planted_key\n") << ".env:2";
    QTest::newRow("a name that is none") << QByteArray("A=1\n\n1cr_planted=x\n") << ".env:3";
    QTest::newRow("no name") << QByteArray("=cr_planted\n") << ".env:1";
    QTest::newRow("words after export") << QByteArray("export A cr_planted\n") << ".env:1";
    QTest::newRow("an open quote") << QByteArray("A=1\nB=\"cr_planted\nC=2\n") << ".env:2";
    QTest::newRow("more behind a quote") << QByteArray("A='1\n2' cr_planted\n") << ".env:2";
    QTest::newRow("no text at all") << QByteArray("A=1\0B", 5) << ".env";
    QTest::newRow("JSON") << QByteArray("{\"api_key\":\"cr_planted\"}") << ".env:1";
}

void TestDotEnv::refusesNamingTheLine()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, where);
    const auto entries = parseDotEnv(std::string_view{text.constData(), std::size_t(text.size())}, ".env");
    QVERIFY(!entries.has_value());
    QCOMPARE(entries.error().code, Errc::invalidInput);
    QCOMPARE(QString::fromStdString(entries.error().where), where);
    QVERIFY2(entries.error().what.find("planted") == std::string::npos, "an error repeats nothing of the file");
}

void TestDotEnv::keepsOrderLinesAndRepetitions()
{
    const auto entries = parseDotEnv("A=\"1\n2\"\n# more\nB=3\nA=4", ".env");
    QVERIFY(entries.has_value());
    QCOMPARE(entries->size(), std::size_t(3));
    QCOMPARE((*entries)[1].name, std::string("B"));
    QCOMPARE((*entries)[1].line, std::size_t(4));
    QCOMPARE((*entries)[2].name, std::string("A"));
    QCOMPARE(plain((*entries)[2].value), std::string("4"));
}

DROVER_TEST(TestDotEnv)
#include "TestDotEnv.moc"
