// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/SettingsService.h"
#include "app/ShadowReplay.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;
using drover::test::ScriptedProvider;

namespace {

struct ReplayBench {
    ReplayBench()
    {
        for (const auto& [target, id] : {std::pair{"legacy", "k_leg"}, {"holysheep", "k_01"}}) {
            KeyRecord record;
            record.id = id;
            record.target = target;
            record.state = KeyState::proven;
            fake.inventory.records.push_back(record);
            StoredSecret secret;
            secret.value = Secret{"cr_0123456789abcdef"};
            fake.secrets.entries[id] = std::move(secret);
        }
        fake.ports.config.sandbox = true;
    }
    Result<ReplayResult> replay(std::string prompts)
    {
        ReplayOptions options;
        options.prompts = std::move(prompts);
        return run(ShadowReplay{fake.ports}.run(std::move(options)));
    }
    FakePorts fake;
};

} // namespace

class TestShadowReplay final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksLegacyTwiceAndTheTargetOnce();
    void countsWhatDivergesAboveTheNoise();
    void leavesFailedPromptsOutOfThePairs();
    void needsConsent();
    void namesTheLineOfABrokenPrompt();
    void takesPlainLinesBodiesAndPrompts();
};

void TestShadowReplay::asksLegacyTwiceAndTheTargetOnce()
{
    ReplayBench bench;
    const Result<ReplayResult> result = bench.replay("hello\nworld\n");
    QVERIFY(result.has_value());
    const auto& calls = bench.fake.provider.faults.calls();
    QCOMPARE(std::ranges::count(calls, std::string("chat https://legacy.example/v1")), 4);
    QCOMPARE(std::ranges::count(calls, std::string("chat https://api.holysheep.example/v1")), 2);
    QCOMPARE(result->pairs.triples, std::uint64_t(2));
    QCOMPARE(result->pairs.diverged, std::uint64_t(0));
    QCOMPARE(result->gates.size(), std::size_t(2));
}

void TestShadowReplay::countsWhatDivergesAboveTheNoise()
{
    ReplayBench bench;
    int calls = 0;
    bench.fake.provider.onChat = [&](const std::string& url, const std::string&) {
        ++calls;
        const bool legacy = url.find("legacy") != std::string::npos;
        const int prompt = (calls - 1) / 3;
        if (prompt == 0) // only the target differs
            return ScriptedProvider::ok(ScriptedProvider::completion(legacy ? "yes" : "no"));
        if (prompt == 1) // only legacy's second answer differs
            return ScriptedProvider::ok(ScriptedProvider::completion(legacy && calls % 3 == 2 ? "maybe" : "yes"));
        return ScriptedProvider::ok(ScriptedProvider::completion("  yes \\n"));
    };
    const Result<ReplayResult> result = bench.replay("a\nb\nc");
    QVERIFY(result.has_value());
    QCOMPARE(result->pairs.triples, std::uint64_t(3));
    QCOMPARE(result->pairs.onlyNew, std::uint64_t(1));
    QCOMPARE(result->pairs.onlyAgain, std::uint64_t(1));
    QVERIFY(result->rows[0].diverged && !result->rows[0].noise);
    QVERIFY(!result->rows[1].diverged && result->rows[1].noise);
    QCOMPARE(result->rows[0].why, std::string("text"));
}

void TestShadowReplay::leavesFailedPromptsOutOfThePairs()
{
    ReplayBench bench;
    bench.fake.provider.onChat = [](const std::string& url, const std::string&) {
        return url.find("legacy") == std::string::npos ? ScriptedProvider::refused(503, ErrorClass::overload)
                                                       : ScriptedProvider::ok(ScriptedProvider::completion("yes"));
    };
    const Result<ReplayResult> result = bench.replay("a");
    QVERIFY(result.has_value());
    QCOMPARE(result->pairs.pairs, std::uint64_t(0));
    QVERIFY(!result->rows[0].answered);
    QVERIFY(result->rows[0].why.find("503") != std::string::npos);
}

void TestShadowReplay::needsConsent()
{
    ReplayBench bench;
    bench.fake.ports.config.sandbox = false;
    const Result<ReplayResult> refused = bench.replay("a");
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, Errc::refused);
    QCOMPARE(bench.fake.provider.faults.count("chat"), 0);
    QVERIFY(run(ConsentService{bench.fake.ports}.give("holysheep", "")).has_value());
    QVERIFY(bench.replay("a").has_value());
}

void TestShadowReplay::namesTheLineOfABrokenPrompt()
{
    ReplayBench bench;
    for (const char* broken : {"a\n{\"prompt\":", "a\n{\"question\":\"b\"}", "a\n{\"messages\":[],\"stream\":true}"}) {
        const Result<ReplayResult> result = bench.replay(broken);
        QVERIFY2(!result.has_value(), broken);
        QCOMPARE(result.error().code, Errc::invalidInput);
        QVERIFY2(result.error().where.starts_with("line 2"), result.error().where.c_str());
    }
    QVERIFY(!bench.replay("\n \n").has_value());
    QCOMPARE(bench.fake.provider.faults.count("chat"), 0);
}

void TestShadowReplay::takesPlainLinesBodiesAndPrompts()
{
    const auto bodies = readPrompts("say \"hi\"\r\n{\"prompt\":\"p\",\"model\":\"m\"}\n"
                                    "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n",
                                    "gpt-4.1");
    QVERIFY(bodies.has_value());
    QCOMPARE(bodies->size(), std::size_t(3));
    const std::vector<std::string> expected{
        R"({"model":"gpt-4.1","messages":[{"role":"user","content":"say \"hi\""}]})",
        R"({"model":"m","messages":[{"role":"user","content":"p"}]})",
        R"({"model":"gpt-4.1","messages":[{"role":"user","content":"x"}]})"};
    QCOMPARE(*bodies, expected);
}

DROVER_TEST(TestShadowReplay)
#include "TestShadowReplay.moc"
