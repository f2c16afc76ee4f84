// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/routing/Document.h"
#include "support/Damage.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

constexpr std::string_view contractExample =
    R"({"format":1,"generation":42,"workspace":"w_1","migration":"m_1","phase":"canary","step":1,)"
    R"("written_at":"2026-11-22T07:34:13.000Z","writer":"host/7","lease_s":900,"renewal":977,"legacy_retired":false,)"
    R"("targets":{"holysheep":{"share":0.05,"keys":{"k_01":0.9,"k_02":0.1}},"legacy":{"share":0.95,"keys":{"k_leg1":1}}},)"
    R"("shadow":{"target":"holysheep","sample":0.2,"again":0.05}})";

std::string withText(std::string_view from, std::string_view to)
{
    std::string text(contractExample);
    const auto at = text.find(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

} // namespace

class TestRoutingDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAndWritesTheContractsExample()
    {
        const auto document = parseRouting(contractExample);
        QVERIFY(document.has_value());
        QCOMPARE(document->generation, std::uint64_t{42});
        QCOMPARE(document->targets.at("holysheep").keys.at("k_02"), 0.1);
        QCOMPARE(document->shadow->sample, 0.2);
        QCOMPARE(writeRouting(*document), std::string(contractExample));
    }
    void keepsUnknownFields()
    {
        const auto document = parseRouting(withText(R"("format":1,)", R"("format":1,"note":{"by":"a person"},"odd":[1,2],)"));
        QVERIFY(document.has_value());
        const std::string written = writeRouting(*document);
        QVERIFY(written.ends_with(R"(,"note":{"by":"a person"},"odd":[1,2]})"));
        QCOMPARE(*parseRouting(written), *document);
    }
    void keepsUnknownFieldsOfTargetsAndShadow()
    {
        std::string text = withText(R"("k_02":0.1}})", R"("k_02":0.1},"region":"us-east","caps":{"rpm":600,"odd":[null,15]}})");
        text.replace(text.find(R"("again":0.05})"), 13, R"("again":0.05,"only":["gpt-4.1"]})");
        const auto document = parseRouting(text);
        QVERIFY(document.has_value());
        QCOMPARE(document->targets.at("holysheep").extra, std::string(R"({"region":"us-east","caps":{"rpm":600,"odd":[null,15]}})"));
        QVERIFY(document->targets.at("legacy").extra.empty());
        // As a renewal rewrites it.
        auto renewed = *document;
        ++renewed.renewal;
        const std::string written = writeRouting(renewed);
        QCOMPARE(written, text.replace(text.find("977"), 3, "978"));
        QCOMPARE(*parseRouting(written), renewed);
    }
    void nullsAndAbsentFieldsAreTheSame()
    {
        const auto document = parseRouting(
            R"({"format":1,"generation":1,"workspace":"w","migration":null,"phase":"idle","lease_s":null,"shadow":null,)"
            R"("targets":{"legacy":{"share":1,"keys":{"k":1}}}})");
        QVERIFY(document.has_value());
        QVERIFY(!document->shadow.has_value());
        QCOMPARE(document->leaseS, 0.0);
        QCOMPARE(*parseRouting(writeRouting(*document)), *document);
    }
    void namesTheFieldThatIsWrong_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* from, const char* to, const char* where) {
            QTest::newRow(to) << QString::fromLatin1(from) << QString::fromLatin1(to) << QString::fromLatin1(where);
        };
        row("\"format\":1", "\"format\":2", "format");
        row("\"generation\":42", "\"generation\":-1", "generation");
        row("\"generation\":42", "\"generation\":1.5", "generation");
        row("\"generation\":42,", "", "generation");
        row("\"canary\"", "\"canery\"", "phase");
        row("0.95", "0.9", "targets");
        row("0.95", "1.95", "targets.legacy.share");
        row("0.95", "\"0.95\"", "targets.legacy.share");
        row("{\"k_leg1\":1}", "{}", "targets.legacy.keys");
        row("\"k_02\":0.1", "\"k_02\":7", "targets.holysheep.keys.k_02");
        row("\"sample\":0.2", "\"sample\":2", "shadow.sample");
        row("\"target\":\"holysheep\"", "\"target\":\"elsewhere\"", "shadow.target");
        row("\"lease_s\":900", "\"lease_s\":0", "lease_s");
        row("\"lease_s\":900", "\"lease_s\":-1", "lease_s");
        row("\"lease_s\":900", "\"lease_s\":1e300", "lease_s");
        row("\"lease_s\":900", "\"lease_s\":1000000001", "lease_s");
        row("\"canary\"", "\"paused\"", "phase");
        row("2026-11-22T07", "2026-11-22 at 07", "written_at");
        row("\"renewal\":977", "\"renewal\":1e99", "renewal");
    }
    void namesTheFieldThatIsWrong()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, where);
        const std::string text = withText(from.toStdString(), to.toStdString());
        QVERIFY(!text.empty());
        const auto document = parseRouting(text);
        QVERIFY(!document.has_value());
        QCOMPARE(document.error().code, Errc::invalidInput);
        QCOMPARE(QString::fromStdString(document.error().where), where);
    }
    void acknowledgementsRoundTrip()
    {
        // Every field, so that one which is only written or only read shows.
        const GatewayAck ack{.gateway = "g1",
                             .generation = 42,
                             .renewal = 3,
                             .at = parseTime("2026-11-22T07:34:13.123Z").value(),
                             .listen = "http://127.0.0.1:8080",
                             .admin = "http://127.0.0.1:8081",
                             .control = "/tmp/g1.sock",
                             .pid = 77,
                             .leaseExpired = true,
                             .refusedKey = "k_01",
                             .inFlight = 5,
                             .requests = 1234};
        const auto read = parseAck(writeAck(ack));
        QVERIFY(read.has_value());
        QVERIFY(*read == ack);
        QCOMPARE(read->requests, std::uint64_t{1234});
        QCOMPARE(parseAck("{}").error().where, std::string("gateway"));
    }
    void damagedTextsNeverCrash()
    {
        test::feedDamaged(contractExample, [](std::string_view text) {
            const auto document = parseRouting(text);
            if (document.has_value())
                (void)parseRouting(writeRouting(*document)).has_value();
            (void)parseAck(text).has_value();
        });
    }
    void deepNestingIsRefused()
    {
        QVERIFY(!parseRouting(std::string(100000, '[')).has_value());
        QVERIFY(!parseRouting(std::string(R"({"a":)") + std::string(70, '[') + std::string(70, ']') + "}").has_value());
    }
};

DROVER_TEST(TestRoutingDocument)
#include "TestRoutingDocument.moc"
