// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/config/BuiltinPolicies.h"
#include "protocol/config/WorkspaceConfig.h"
#include "support/Damage.h"
#include "support/Files.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

MigrationPolicy builtin(std::string_view name)
{
    return parsePolicy(builtinPolicy(name).value(), name).value();
}

std::string edited(std::string_view from, std::string_view to)
{
    std::string text(builtinPolicy("playbook").value());
    const auto at = text.find(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

} // namespace

class TestPolicy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thePlaybookHasItsNumbers()
    {
        const auto policy = builtin("playbook");
        QCOMPARE(policy.name, std::string("playbook"));
        QCOMPARE(policy.shadow.time, Duration{7 * 24h});
        QCOMPARE(policy.shadow.divergenceLimit, 0.02);
        QCOMPARE(policy.shadow.addedLatencyLimitMs, 50.0);
        const std::vector<CanaryStep> steps{{0.05, 48h}, {0.25, 24h}, {0.45, 24h}, {0.65, 24h}, {0.85, 24h}};
        QCOMPARE(policy.canary.steps, steps);
        QCOMPARE(policy.canary.errorRateLimit, 0.01);
        QVERIFY(policy.canary.mirror);
        QCOMPARE(policy.abortErrorRate, 0.05);
        QCOMPARE(policy.rollbackWindow, Duration{15min});
        QCOMPARE(policy.overlap, Duration{7 * 24h});
        QCOMPARE(policy.lease, Duration{900s});
        QVERIFY(!policy.rotation.afterCutover);
        QCOMPARE(policy.rotation.life, Duration{30 * 24h});
        QCOMPARE(policy.rotation.rateLimit, std::uint64_t{10000});
        QCOMPARE(policy.rotation.maxKeys, 5U);
        QCOMPARE(policy.rotation.schedule, std::string("02:00"));
    }
    void theRehearsalKeepsEveryLimit()
    {
        auto policy = builtin("rehearsal");
        const auto playbook = builtin("playbook");
        QCOMPARE(policy.overlap, Duration{2s});
        QCOMPARE(policy.lease, Duration{5s});
        QCOMPARE(policy.shadow.sample, 1.0);
        QCOMPARE(policy.shadow.again, 0.5);
        QVERIFY(!policy.canary.mirror);
        QVERIFY(policy.rotation.afterCutover);
        QCOMPARE(policy.rotation.propagation, Duration{10s});
        QCOMPARE(policy.rotation.ramp.size(), std::size_t{3});
        QCOMPARE(policy.shadow.divergenceLimit, playbook.shadow.divergenceLimit);
        QCOMPARE(policy.shadow.addedLatencyLimitMs, playbook.shadow.addedLatencyLimitMs);
        QCOMPARE(policy.canary.errorRateLimit, playbook.canary.errorRateLimit);
        QCOMPARE(policy.canary.addedLatencyLimitMs, playbook.canary.addedLatencyLimitMs);
        QCOMPARE(policy.abortErrorRate, playbook.abortErrorRate);
        QCOMPARE(policy.rotation.errorRateLimit, playbook.rotation.errorRateLimit);
        for (std::size_t i = 0; i < playbook.canary.steps.size(); ++i)
            QCOMPARE(policy.canary.steps[i].share, playbook.canary.steps[i].share);
    }
    void theEmbeddedTextIsTheFiles()
    {
        for (const char* name : {"playbook", "rehearsal"})
            QCOMPARE(std::string(builtinPolicy(name).value()),
                     test::readFile(std::string(DROVER_SOURCE_DIR "/resources/policies/") + name + ".toml"));
        QVERIFY(!builtinPolicy("other").has_value());
    }
    void errorsNameFileLineAndField_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* from, const char* to, const char* where) {
            QTest::newRow(to) << QString::fromLatin1(from) << QString::fromLatin1(to) << QString::fromLatin1(where);
        };
        row("name = \"playbook\"", "nome = \"x\"", "mine.toml:1: name");
        row("share = 0.45", "share = 0.25", "mine.toml:16: canary.steps[3].share");
        row("share = 0.45", "share = 0", "mine.toml:16: canary.steps[3].share");
        row("share = 0.85", "share = 1.0", "mine.toml:18: canary.steps[5].share");
        row("share = 0.45,", "", "mine.toml:16: canary.steps[3].share");
        row("share = 1.0", "share = 0.9", "mine.toml:38: rotation.ramp");
        row("time = \"48h\"", "time = \"two days\"", "mine.toml:14: canary.steps[1].time");
        row("error_rate_limit = 0.01", "error_rate_limit = 1.5", "mine.toml:20: canary.error_rate_limit");
        row("error_rate_limit = 0.01", "error_rate_limit = 0", "mine.toml:20: canary.error_rate_limit");
        row("error_rate_limit = 0.01", "error_rate_limt = 0.01", "mine.toml:20: canary.error_rate_limt");
        row("again = 0.05", "again = 1.2", "mine.toml:8: shadow.again");
        row("again = 0.05", "again = 0", "mine.toml:8: shadow.again");
        row("error_rate = 0.05", "error_rate = 0.005", "mine.toml:24: abort");
        row("time = \"900s\"", "time = \"10ms\"", "mine.toml:33: lease");
        row("min_keys = 1", "min_keys = 5", "mine.toml:49: rotation.min_keys");
        row("life = \"30d\"", "life = \"6h\"", "mine.toml:46: rotation.life");
        row("schedule = \"02:00\"", "schedule = \"26:00\"", "mine.toml:50: rotation.schedule");
        row("share = 0.45, time", "share = 0.45, tiem = 1, time", "mine.toml:16: canary.steps[3].tiem");
        row("share = 1.0, time", "share = 1.0, Time = 1, time", "mine.toml:41: rotation.ramp[3].Time");
        row("[abort]", "[abort]\nerror_rates = 0.05", "mine.toml:25: abort.error_rates");
        row("[canary]", "[canarie]\na = 1\n[canary]", "mine.toml:12: canarie");
        row("[overlap]", "[overlapp]", "mine.toml:1: overlap");
    }
    void errorsNameFileLineAndField()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, where);
        const std::string text = edited(from.toStdString(), to.toStdString());
        QVERIFY(!text.empty());
        const auto policy = parsePolicy(text, "mine.toml");
        QVERIFY(!policy.has_value());
        QCOMPARE(policy.error().code, Errc::invalidInput);
        QCOMPARE(QString::fromStdString(policy.error().where), where);
    }
    void contradictionsAreNamedWithTheirArithmetic()
    {
        const auto what = [](std::string_view from, std::string_view to) {
            return parsePolicy(edited(from, to), "f").error().what;
        };
        QCOMPARE(what("share = 0.45", "share = 0.05"), std::string("the steps must rise, but 5 % comes after 25 %"));
        QCOMPARE(what("error_rate = 0.05", "error_rate = 0.005"),
                 std::string("the abort at 0.5 % must lie above the gate at 1 %"));
        QCOMPARE(what("life = \"30d\"", "life = \"6h\""), std::string("a key of 6h would expire within its overlap of 12h"));
        QCOMPARE(what("overlap = \"12h\"", "overlap = \"29d\""),
                 std::string("a rotation takes up to 29d 1h 15m (15m until every region knows the key + 1h of ramp + 29d of overlap), "
                             "but \"02:00\" comes again after 1d; 1 current key + 29 in overlap + 1 new = 31 keys would be alive, and "
                             "max_keys is 5"));
        QCOMPARE(what("schedule = \"02:00\"", "schedule = \"0 2 1 * *\""),
                 std::string("a key of 30d would expire before it is replaced: \"0 2 1 * *\" may come again after 31d only, and a "
                             "rotation takes up to 13h 15m (15m until every region knows the key + 1h of ramp + 12h of overlap): 31d "
                             "13h 15m in all"));
    }
    void damagedFilesNeverCrash()
    {
        test::feedDamaged(builtinPolicy("rehearsal").value(),
                          [](std::string_view text) { (void)parsePolicy(text, "f").has_value(); }, 1000);
    }
};

DROVER_TEST(TestPolicy)
#include "TestPolicy.moc"
