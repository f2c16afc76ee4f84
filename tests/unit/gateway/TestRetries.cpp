// SPDX-License-Identifier: Apache-2.0
// What is tried again where nobody else can be asked: on legacy itself, and on everybody once legacy is retired.
#include <QTest>

#include "Stage.h"
#include "protocol/usage/RequestLine.h"
#include "support/TestMain.h"

using namespace drover;
using drover::test::Stage;
using drover::test::statusOf;
using drover::test::Upstream;

namespace {

std::uint64_t requestsOf(Stage& stage, const std::unique_ptr<Upstream>& upstream)
{
    return stage.on([&] { return upstream->requests; });
}

struct Fault {
    int status = 503;
    int failures = 1;
    std::string field{};
    std::string body = R"({"error":{"message":"slow down","type":"x","code":"y"}})";
};

void fail(Stage& stage, const std::unique_ptr<Upstream>& upstream, const Fault& fault)
{
    stage.on([&] {
        upstream->mode = Upstream::Mode::fail;
        upstream->status = fault.status;
        upstream->failures = fault.failures;
        upstream->failField = fault.field;
        upstream->failBody = fault.body;
    });
}

} // namespace

class TestRetries final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aMomentsFaultIsNotSeen_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("field");
        QTest::newRow("overloaded") << 503 << QString();
        QTest::newRow("upstream") << 502 << QString();
        QTest::newRow("rate, with a wait") << 429 << QStringLiteral("Retry-After: 1");
        QTest::newRow("rate, with a short wait") << 429 << QStringLiteral("retry-after-ms: 20");
    }

    void aMomentsFaultIsNotSeen()
    {
        QFETCH(int, status);
        QFETCH(QString, field);
        Stage stage;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        fail(stage, stage.legacy, {.status = status, .field = field.toStdString()});
        QCOMPARE(statusOf(stage.chat("u")), 200);
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(2));
        QCOMPARE(stage.metric("drover_retries_total"), std::string("1"));
        QCOMPARE(stage.metric("drover_fallbacks_total"), std::string("0"));
        stage.stop();
        const auto line = parseRequestLine(stage.lines("requests").at(0));
        QCOMPARE(line->attempts.size(), std::size_t(2));
        QCOMPARE(line->attempts[0].status, status);
        QCOMPARE(line->attempts[1].status, 200);
        if (field.endsWith(QLatin1String("1")))
            QVERIFY2(line->latencyMs >= 1000, "the wait that was asked for was kept");
    }

    void aLostConnectionIsTriedAgain()
    {
        Stage stage;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.legacy->mode = Upstream::Mode::drop; });
        QCOMPARE(statusOf(stage.chat("u")), 502);
        QCOMPARE(stage.metric("drover_retries_total"), std::string("2")); // and no more
    }

    void whatIsNotTriedAgain_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("body");
        const QString plain = QStringLiteral(R"({"error":{"message":"no","type":"x","code":"y"}})");
        const QString money = QStringLiteral(R"({"error":{"message":"no","type":"insufficient_quota","code":"insufficient_quota"}})");
        QTest::newRow("no money") << 429 << QString() << money;
        QTest::newRow("no money, whatever it says") << 429 << QStringLiteral("x-should-retry: true") << money;
        QTest::newRow("it says no") << 503 << QStringLiteral("x-should-retry: false") << plain;
        QTest::newRow("a wait too long") << 429 << QStringLiteral("Retry-After: 3") << plain;
        QTest::newRow("the client's fault") << 400 << QString() << plain;
        QTest::newRow("the only key is refused") << 401 << QString() << plain;
    }

    void whatIsNotTriedAgain()
    {
        QFETCH(int, status);
        QFETCH(QString, field);
        QFETCH(QString, body);
        Stage stage;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        fail(stage, stage.legacy, {.status = status, .failures = -1, .field = field.toStdString(), .body = body.toStdString()});
        QCOMPARE(statusOf(stage.chat("u")), status);
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(1));
    }

    void anOutageIsNotMultiplied()
    {
        Stage stage;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        fail(stage, stage.legacy, {.status = 503, .failures = -1, .field = "retry-after-ms: 1"});
        for (int i = 0; i < 50; ++i)
            QCOMPARE(statusOf(stage.chat("u")), 503);
        QVERIFY(requestsOf(stage, stage.legacy) <= 55);
    }

    void legacyIsPreferredToAWait()
    {
        Stage stage;
        stage.route(1, 1, Phase::canary);
        QVERIFY(stage.start().has_value());
        fail(stage, stage.holysheep, {.status = 429, .failures = -1, .field = "retry-after-ms: 1"});
        QCOMPARE(stage.chat("u").target, std::string("legacy"));
        QCOMPARE(requestsOf(stage, stage.holysheep), std::uint64_t(1));
        QCOMPARE(stage.metric("drover_retries_total"), std::string("0"));
    }

    void legacyToo()
    {
        Stage stage;
        stage.route(1, 1, Phase::canary);
        QVERIFY(stage.start().has_value());
        fail(stage, stage.holysheep, {.status = 500, .failures = -1, .field = {}});
        fail(stage, stage.legacy, {.status = 503, .failures = 1, .field = "retry-after-ms: 1"});
        const auto answer = stage.chat("u");
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(answer.target, std::string("legacy"));
        QCOMPARE(stage.metric("drover_fallbacks_total"), std::string("1"));
        stage.stop();
        QCOMPARE(parseRequestLine(stage.lines("requests").at(0))->attempts.size(), std::size_t(3));
    }

    // Once legacy is retired the new target's other key is the only help.
    void anotherKeyOfTheSameTarget()
    {
        Stage stage;
        stage.writeKeys({{"k_01", {"cr_holy-key-0001", {stage.hostOf(*stage.holysheep)}}}, {"k_02", {"cr_holy-key-0002", {stage.hostOf(*stage.holysheep)}}}});
        auto document = stage.document(1, 1, Phase::done);
        document.legacyRetired = true;
        document.targets["legacy"] = {0, {}};
        document.targets["holysheep"].keys = {{"k_01", 0.5}, {"k_02", 0.5}};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.holysheep->badKey = "cr_holy-key-0002"; });
        for (int i = 0; i < 20; ++i) {
            const auto answer = stage.chat("u" + std::to_string(i));
            QCOMPARE(statusOf(answer), 200);
            QCOMPARE(answer.target, std::string("holysheep"));
        }
        QVERIFY(stage.on([&] { return stage.holysheep->byKey["cr_holy-key-0002"]; }) > 0);
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(0));
    }
};

DROVER_TEST(TestRetries)
#include "TestRetries.moc"
