// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "SampleFacts.h"
#include "report/MigrationReport.h"
#include "support/TestMain.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamReader>

using namespace drover;
using report::Language;

namespace {

QString htmlOf(Phase outcome, Language language)
{
    return QString::fromStdString(report::migrationReportHtml(test::sampleFacts(outcome), language));
}

// What a reader sees: the text, without the style sheet.
QString visibleText(const QString& html)
{
    QXmlStreamReader reader(html);
    QString text;
    bool inStyle = false;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == QLatin1String("style"))
            inStyle = true;
        if (reader.isEndElement() && reader.name() == QLatin1String("style"))
            inStyle = false;
        if (reader.isCharacters() && !inStyle)
            text += reader.text().toString() + QLatin1Char('\n');
    }
    return text;
}

QStringList elementsOf(const QString& html)
{
    QXmlStreamReader reader(html);
    QStringList names;
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::StartElement)
            names << reader.name().toString();
    }
    return names;
}

} // namespace

class TestMigrationReport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isWellFormed_data()
    {
        QTest::addColumn<Phase>("outcome");
        QTest::addColumn<Language>("language");
        for (const Phase outcome : {Phase::done, Phase::rolledBack, Phase::paused}) {
            for (const Language language : {Language::en, Language::zhCn})
                QTest::addRow("%s %s", std::string(phaseName(outcome)).c_str(), report::languageName(language).data())
                    << outcome << language;
        }
    }
    void isWellFormed()
    {
        QFETCH(Phase, outcome);
        QFETCH(Language, language);
        const QString html = htmlOf(outcome, language);
        QXmlStreamReader reader(html);
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        const QStringList elements = elementsOf(html);
        QCOMPARE(elements.count(QStringLiteral("h1")), 1);
        QVERIFY(elements.count(QStringLiteral("svg")) >= 4);
        QVERIFY(elements.count(QStringLiteral("section")) >= 8);
    }
    void fetchesNothingAndRunsNoScript()
    {
        const QString html = htmlOf(Phase::done, Language::en);
        for (const char* bad : {"http://", "https://", "url(", "@import", " src=", " href=", "<script", "<link", " onload"})
            QVERIFY2(!html.contains(QLatin1String(bad), Qt::CaseInsensitive), bad);
        QVERIFY(!html.contains(QLatin1String("nan.0")) && !html.contains(QLatin1String("\"nan")));
        QVERIFY(html.contains(QLatin1String("default-src 'none'")));
    }
    void escapesWhatOthersWrote()
    {
        MigrationFacts facts = test::sampleFacts(Phase::rolledBack);
        facts.why = "<script>alert(1)</script> & \"more\" \x01\xff";
        facts.target = "holy<b>sheep";
        facts.notes = {"<img src=x onerror=y>"};
        facts.audit = {{facts.made, "<i>", "<u>", "&amp;", "'\""}};
        facts.totals["holy<b>sheep"] = facts.totals["holysheep"];
        facts.rotation.keyId = "<k>";
        for (const Language language : {Language::en, Language::zhCn}) {
            const QString html = QString::fromStdString(report::migrationReportHtml(facts, language));
            for (const char* bad : {"<script", "<img", "<b>sheep", "<i>", "<u>", "<k>"})
                QVERIFY2(!html.contains(QLatin1String(bad)), bad);
            QVERIFY(visibleText(html).contains(QLatin1String("<script>alert(1)</script> & \"more\"")));
            QVERIFY(visibleText(html).contains(QLatin1String("&amp;")));
        }
    }
    void saysWhyItWasRolledBackWithTheNumbers()
    {
        const QString text = visibleText(htmlOf(Phase::rolledBack, Language::en));
        QVERIFY(text.contains(QLatin1String("24 errors in 174 requests: at least")));
        QVERIFY(text.contains(QLatin1String("all traffic is on legacy again")));
        QVERIFY(text.contains(QLatin1String("roll back at once")));
        QVERIFY(text.contains(QLatin1String("inflates the error")));
        const QString chinese = visibleText(htmlOf(Phase::rolledBack, Language::zhCn));
        QVERIFY(chinese.contains(QStringLiteral("174 个请求中有 24 个错误")));
        QVERIFY(chinese.contains(QStringLiteral("立即回滚")));
    }
    void chineseLeavesOnlyThePlansOwnSentencesInEnglish()
    {
        const QString text = visibleText(htmlOf(Phase::done, Language::zhCn));
        for (const char* english : {"Migration", "requests", "Latency", "advance", "confidence", "Finish", "token,", "Answers"})
            QVERIFY2(!text.contains(QLatin1String(english)), english);
    }
    void foldsRepeatedWaitingIntoOne()
    {
        const QString text = visibleText(htmlOf(Phase::done, Language::en));
        QVERIFY(text.contains(QLatin1String("2 looks; the last is shown")));
        QVERIFY(text.contains(QLatin1String("On 140 prompts")));
        QVERIFY(!text.contains(QLatin1String("On 71 prompts")) || text.count(QLatin1String("On 71 prompts")) == 1); // the mark's tip
    }
    void keepsUnpricedModelsApart()
    {
        const QString text = visibleText(htmlOf(Phase::done, Language::en));
        QVERIFY(text.contains(QLatin1String("Not priced on both books: legacy in-house-7b")));
        QVERIFY(text.contains(QLatin1String("no price")));
        QVERIFY(text.contains(QLatin1String("$81.35")));
        QVERIFY(text.contains(QLatin1String("$3,194,944")));
        QVERIFY(text.contains(QLatin1String("$2,946,521")));
    }
    void drawsAnEmptyMigrationToo()
    {
        for (const Language language : {Language::en, Language::zhCn}) {
            MigrationFacts facts;
            facts.made = parseTime("2026-11-22T13:05:10Z").value();
            QXmlStreamReader reader(QString::fromStdString(report::migrationReportHtml(facts, language)));
            while (!reader.atEnd())
                reader.readNext();
            QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        }
        QCOMPARE(QString::fromStdString(report::migrationReportCsv({})).count(QLatin1Char('\n')), 1);
    }
    void jsonHoldsTheSameValues()
    {
        const MigrationFacts facts = test::sampleFacts(Phase::rolledBack);
        const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(report::migrationReportJson(facts)));
        const QJsonObject root = document.object();
        QCOMPARE(root[QStringLiteral("phase")].toString(), QStringLiteral("rolled_back"));
        QVERIFY(root[QStringLiteral("paused_in")].isNull());
        QCOMPARE(root[QStringLiteral("decisions")].toArray().size(), qsizetype(facts.decisions.size()));
        QCOMPARE(root[QStringLiteral("client")][QStringLiteral("requests")].toInteger(), qint64(facts.clientRequests));
        QCOMPARE(root[QStringLiteral("cost")][QStringLiteral("all_on_legacy")][QStringLiteral("amount")].toString(),
                 QStringLiteral("81.3528"));
        QVERIFY(root[QStringLiteral("cost")][QStringLiteral("lines")][2][QStringLiteral("cost")].isNull());
        QCOMPARE(root[QStringLiteral("begun")].toString(), QStringLiteral("2026-11-22T13:05:10.250Z"));
    }
    void csvHasALineForEachGate()
    {
        MigrationFacts facts = test::sampleFacts(Phase::rolledBack);
        facts.decisions.back().outcome = "=cmd(), \"x\"";
        const QString csv = QString::fromStdString(report::migrationReportCsv(facts));
        std::size_t gates = 0;
        for (const GateDecision& decision : facts.decisions)
            gates += decision.gates.size();
        QCOMPARE(std::size_t(csv.count(QLatin1String("\r\n"))), gates + 1);
        QVERIFY(csv.contains(QLatin1String("\"'=cmd(), \"\"x\"\"\"")));
        QVERIFY(csv.contains(QLatin1String(",canary,3,0.45,abort,fail,")));
    }
    // Writes samples for people to look at, where the environment names a folder.
    void writesSamples()
    {
        const QString folder = qEnvironmentVariable("DROVER_REPORT_SAMPLES");
        if (folder.isEmpty())
            return;
        for (const Phase outcome : {Phase::done, Phase::rolledBack, Phase::paused}) {
            for (const Language language : {Language::en, Language::zhCn}) {
                QFile file(folder + QStringLiteral("/report-%1-%2.html")
                                        .arg(QString::fromLatin1(phaseName(outcome).data()),
                                             QString::fromLatin1(report::languageName(language).data())));
                QVERIFY(file.open(QFile::WriteOnly));
                file.write(htmlOf(outcome, language).toUtf8());
            }
        }
    }
};

DROVER_TEST(TestMigrationReport)
#include "TestMigrationReport.moc"
