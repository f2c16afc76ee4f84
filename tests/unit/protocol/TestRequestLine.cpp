// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/usage/RequestLine.h"
#include "support/Damage.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

// The contract's line, and a generation behind it.
constexpr std::string_view contractLine =
    R"({"ts":"2026-11-22T07:34:13.123Z","request_id":"r-1","route":"chat","model":"gpt-4.1","target":"holysheep",)"
    R"("key_id":"k_01","region":"us-east","status":200,"class":"ok","stream":true,"ttft_ms":115.1,"latency_ms":383.8,)"
    R"("input_tokens":773,"cached_tokens":0,"output_tokens":44,"phase":"canary","generation":42})"
    "\n";

constexpr std::string_view lineOfNothing =
    R"({"ts":"1970-01-01T00:00:00.000Z","request_id":"r-2","route":"messages",)"
    R"("model":null,"target":null,"key_id":null,"region":null,"status":0,"class":"network",)"
    R"("stream":false,"ttft_ms":null,"latency_ms":1.235,"input_tokens":null,)"
    R"("cached_tokens":null,"output_tokens":null,"phase":"idle","generation":0,"role":"again"})"
    "\n";

std::string written(const RequestLine& line)
{
    std::string out;
    appendRequestLine(out, line);
    return out;
}

} // namespace

class TestRequestLine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAndWritesTheContractsLine()
    {
        const auto line = parseRequestLine(contractLine);
        QVERIFY(line.has_value());
        QCOMPARE(line->inputTokens, std::optional<std::uint64_t>{773});
        QCOMPARE(line->role, RequestRole::client);
        QCOMPARE(written(*line), std::string(contractLine));
    }
    void whatIsAbsentIsNull()
    {
        RequestLine line;
        line.requestId = "r-2";
        line.route = "messages";
        line.errorClass = ErrorClass::network;
        line.role = RequestRole::again;
        line.latencyMs = 1.23456;
        const std::string text = written(line);
        QCOMPARE(text, std::string(lineOfNothing));
        QCOMPARE(written(*parseRequestLine(text)), text);
    }
    void attemptsAreWrittenWhereThereWasMoreThanOne()
    {
        RequestLine line;
        line.model = "gpt-4.1";
        line.upstreamModel = "gpt-4.1";
        line.attempts.push_back({"holysheep", "k_01", 503, ErrorClass::overload, 12.5, std::nullopt, std::nullopt});
        QVERIFY(written(line).find("attempts") == std::string::npos);
        QVERIFY(written(line).find("upstream_model") == std::string::npos);
        line.attempts.push_back({"legacy", "k_leg1", 200, ErrorClass::ok, 80, 773, 44});
        line.upstreamModel = "gpt-4.1-relay";
        const auto read = parseRequestLine(written(line));
        QVERIFY(read.has_value());
        QCOMPARE(read->attempts.size(), std::size_t{2});
        QCOMPARE(read->attempts[0].errorClass, ErrorClass::overload);
        QCOMPARE(read->attempts[1].outputTokens, std::optional<std::uint64_t>{44});
        QCOMPARE(read->upstreamModel, std::string("gpt-4.1-relay"));
        QCOMPARE(written(*read), written(line));
    }
    void whatWasNotAskedSaysWhy()
    {
        RequestLine line;
        line.attempts.push_back({"holysheep", "k_01", 0, ErrorClass::network, 0, std::nullopt, std::nullopt, AttemptLine::Skipped::breaker});
        line.attempts.push_back({"holysheep", "k_02", 0, ErrorClass::rate, 0, std::nullopt, std::nullopt, AttemptLine::Skipped::limit});
        line.attempts.push_back({"legacy", "k_leg1", 200, ErrorClass::ok, 80, 773, 44});
        const auto read = parseRequestLine(written(line));
        QVERIFY(read.has_value());
        QCOMPARE(read->attempts[0].skipped, AttemptLine::Skipped::breaker);
        QCOMPARE(read->attempts[1].skipped, AttemptLine::Skipped::limit);
        QCOMPARE(read->attempts[2].skipped, AttemptLine::Skipped::no);
        QCOMPARE(written(*read), written(line));
        QCOMPARE(parseRequestLine(R"({"ts":"2026-11-22T07:34:13Z","class":"ok","attempts":[{"target":"x","class":"ok","skipped":"?"}]})").error().where,
                 std::string("attempts[0].skipped"));
    }
    void errorsNameTheField()
    {
        QCOMPARE(parseRequestLine("{}").error().where, std::string("ts"));
        QCOMPARE(parseRequestLine(R"({"ts":"2026-11-22T07:34:13Z","class":"fine"})").error().where, std::string("class"));
        QCOMPARE(parseRequestLine(R"({"ts":"2026-11-22T07:34:13Z","class":"ok","attempts":[{"target":"x","class":"?"}]})")
                     .error().where, std::string("attempts[0].class"));
        QCOMPARE(parseRequestLine(R"({"ts":"2026-11-22T07:34:13Z","class":"ok","status":1000})").error().where,
                 std::string("status"));
    }
    void tokensThatNoAnswerHasAreUnknown()
    {
        std::string text(contractLine);
        text.replace(text.find("773"), 3, "18446744073709551615").replace(text.find(":44,"), 4, ":1000000000,");
        const auto line = parseRequestLine(text);
        QVERIFY(line.has_value());
        QVERIFY(!line->inputTokens.has_value());
        QCOMPARE(line->outputTokens, std::optional<std::uint64_t>{1'000'000'000});
    }
    void unknownFieldsAreIgnored()
    {
        QVERIFY(parseRequestLine(R"({"ts":"2026-11-22T07:34:13Z","class":"ok","zone":{"a":[1]}})").has_value());
    }
    void damagedLinesNeverCrash()
    {
        test::feedDamaged(contractLine, [](std::string_view text) {
            const auto line = parseRequestLine(text);
            if (line.has_value())
                QVERIFY(parseRequestLine(written(*line)).has_value());
        });
    }
};

DROVER_TEST(TestRequestLine)
#include "TestRequestLine.moc"
