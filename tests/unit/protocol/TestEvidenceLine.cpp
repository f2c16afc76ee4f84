// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/evidence/EvidenceLine.h"
#include "support/Damage.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

std::string written(const EvidenceLine& line)
{
    std::string out;
    appendEvidenceLine(out, line);
    return out;
}

EvidenceLine head(EvidenceLine::Kind kind)
{
    EvidenceLine line;
    line.kind = kind;
    line.second = parseTime("2026-11-22T07:34:13Z").value();
    line.gateway = "g1";
    line.generation = 42;
    line.migration = "m_1";
    line.phase = Phase::canary;
    line.step = 2;
    line.target = "holysheep";
    line.model = "gpt-4.1";
    line.keyId = "k_01";
    line.role = "client";
    return line;
}

EvidenceLine attempts()
{
    auto line = head(EvidenceLine::Kind::attempts);
    line.attempts.byClass[std::size_t(ErrorClass::ok)] = 12;
    line.attempts.byClass[std::size_t(ErrorClass::rate)] = 1;
    line.attempts.firstBytePlain.record(0.5, 3);
    line.attempts.firstByteStreamed.record(45, 9);
    line.attempts.total.record(380, 12);
    line.attempts.outputTokens.record(44, 12);
    line.attempts.finishReasons = {{"length", 2}, {"stop", 10}};
    line.attempts.inputTokens = 9276;
    line.attempts.cachedTokens = 1;
    line.attempts.outputTokensSum = 528;
    return line;
}

} // namespace

class TestEvidenceLine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void attemptsRoundTrip()
    {
        const auto line = attempts();
        const auto read = parseEvidenceLine(written(line));
        QVERIFY2(read.has_value(), read.has_value() ? "" : describe(read.error()).c_str());
        QVERIFY(read->attempts == line.attempts);
        QCOMPARE(written(*read), written(line));
        QCOMPARE(read->generation, std::uint64_t{42});
        QCOMPARE(read->phase, Phase::canary);
        QCOMPARE(read->step, 2U);
        QCOMPARE(read->keyId, std::string("k_01"));
    }
    void emptyBucketsAreNotWritten()
    {
        const std::string text = written(head(EvidenceLine::Kind::attempts));
        QVERIFY(text.find("total_ms") == std::string::npos);
        QVERIFY(parseEvidenceLine(text).has_value());
    }
    void pairsRoundTrip()
    {
        auto line = head(EvidenceLine::Kind::pairs);
        line.pairs = {100, 7, 50, 2, 1, 3};
        const auto read = parseEvidenceLine(written(line));
        QVERIFY(read.has_value());
        QVERIFY(read->pairs == line.pairs);
    }
    void clientsRoundTrip()
    {
        auto line = head(EvidenceLine::Kind::clients);
        line.requests = 400;
        line.stickyKeys = 399;
        line.failures = 1;
        const auto read = parseEvidenceLine(written(line));
        QVERIFY(read.has_value());
        QCOMPARE(written(*read), written(line));
        QCOMPARE(read->failures, std::uint64_t{1});
    }
    void errorsNameTheField()
    {
        const auto where = [](std::string_view text) { return parseEvidenceLine(text).error().where; };
        QCOMPARE(where("{}"), std::string("kind"));
        QCOMPARE(where(R"({"kind":"attempts","target":"a"})"), std::string("second"));
        QCOMPARE(where(R"({"kind":"attempts","target":"a","second":"2026-11-22T07:34:13Z","by_class":{"odd":1}})"),
                 std::string("by_class.odd"));
        QCOMPARE(where(R"({"kind":"attempts","target":"a","second":"2026-11-22T07:34:13Z","total_ms":[[1]]})"),
                 std::string("total_ms"));
        QCOMPARE(where(R"({"kind":"attempts","target":"a","second":"2026-11-22T07:34:13Z","total_ms":[[1,-1]]})"),
                 std::string("total_ms"));
    }
    void whatCannotHaveBeenCountedIsRefused_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QString>("where"); // empty: accepted
        const auto row = [](const char* kind, const char* fields, const char* where) {
            QTest::newRow(fields) << QString::fromLatin1(kind) << QString::fromLatin1(fields) << QString::fromLatin1(where);
        };
        row("attempts", R"("total_ms":[[-9223372036854775808,1]])", "total_ms");
        row("attempts", R"("total_ms":[[9223372036854775807,1]])", "total_ms");
        row("attempts", R"("total_ms":[[1,9223372036854775807]])", "total_ms");
        row("attempts", R"("total_ms":[[-1000000,1],[1000000,1]])", "");
        row("attempts", R"("by_class":{"ok":18446744073709551615})", "by_class.ok");
        row("attempts", R"("finish_reasons":{"stop":1000000000001})", "finish_reasons.stop");
        row("attempts", R"("output_tokens_sum":18446744073709551615)", "output_tokens_sum");
        row("attempts", R"("role":"agian")", "role");
        row("attempts", R"("role":null)", "");
        row("clients", R"("requests":1000000000001)", "requests");
        row("pairs", R"("pairs":9,"triples":9,"only_new":4,"only_again":3,"both":2)", "");
        row("pairs", R"("pairs":9,"triples":9,"only_new":4,"only_again":3,"both":3)", "triples");
        row("pairs", R"("pairs":8,"triples":9)", "triples");
        row("pairs", R"("pairs":8,"diverged":9)", "diverged");
        row("pairs", R"("pairs":9,"triples":9,"only_new":18446744073709551615,"only_again":1)", "only_new");
    }
    void whatCannotHaveBeenCountedIsRefused()
    {
        QFETCH(QString, kind);
        QFETCH(QString, fields);
        QFETCH(QString, where);
        const QString text = QStringLiteral(R"({"kind":"%1","target":"a","second":"2026-11-22T07:34:13Z",%2})").arg(kind, fields);
        const auto line = parseEvidenceLine(text.toStdString());
        QCOMPARE(line.has_value() ? QString() : QString::fromStdString(line.error().where), where);
    }
    void damagedLinesNeverCrash()
    {
        test::feedDamaged(written(attempts()), [](std::string_view text) { (void)parseEvidenceLine(text).has_value(); });
    }
};

DROVER_TEST(TestEvidenceLine)
#include "TestEvidenceLine.moc"
