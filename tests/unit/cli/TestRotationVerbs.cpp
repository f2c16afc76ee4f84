// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "CliBench.h"
#include "protocol/journal/PlanEvents.h"
#include "support/TestMain.h"

#include <functional>
#include <memory>
#include <utility>

using namespace drover;
using namespace drover::cli;
using drover::test::CliBench;
using drover::test::codeOf;
using drover::test::run;

namespace {

// With the settings as a file, a policy that can keep a schedule, and the lock.
struct ScheduleBench : CliBench {
    ScheduleBench()
    {
        fake.policy.rotation.life = std::chrono::days{30};
        fake.files.files["drover.toml"] = writeConfig(fake.ports.config);
        fake.ports.lockController = [this] { return workspaces.lockController("/there"); };
    }
};

} // namespace

class TestRotationVerbs final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRotationIsNotBegunWithoutTheStore();
    void onlyAnInterruptedRotationIsResumed();
    void allTargetsAreRotatedInOneRound();
    void whatDoesNotGoWithAllIsRefused();
    void theScheduleIsShownAndSet();
    void anAgentEndsInOrderWhenItIsTold();
    void anAgentIsNotStartedOnAScheduleThatCannotBeKept();
    void unitsNameTheWorkspaceAndTheProgram();
};

void TestRotationVerbs::aRotationIsNotBegunWithoutTheStore()
{
    CliBench bench;
    bench.fake.secrets.faults.always("check", Error{Errc::sealed, "Vault is sealed", "vault"});
    QCOMPARE(codeOf(bench.document({"rotation", "run", "--policy", "small"}, 5)), QStringLiteral("sealed"));
    QVERIFY(bench.fake.journal.lines.empty());
}

void TestRotationVerbs::onlyAnInterruptedRotationIsResumed()
{
    CliBench bench;
    QCOMPARE(codeOf(bench.document({"rotation", "resume"}, 4)), QStringLiteral("notFound"));
    RotationStarted started;
    started.id = "r_1";
    started.policy = bench.fake.policy.rotation;
    started.at = bench.fake.clock.now();
    const auto journal = [&](const RotationEvent& event) {
        bench.fake.journal.lines.push_back({1, "r_1", "rotation", writeEvent(event), started.at});
    };
    journal(started);
    journal(StepFailed{Errc::forbidden, "no right", started.at});
    const QJsonObject ended = bench.document({"rotation", "resume"}, 3);
    QCOMPARE(codeOf(ended), QStringLiteral("refused"));
    QCOMPARE(ended[QStringLiteral("outcome")].toString(), QStringLiteral("failed"));
    bench.fake.journal.lines.pop_back(); // now it is interrupted; the provider has no key API
    bench.fake.issuers.hasApi = false;
    QVERIFY(!bench.document({"rotation", "resume"}, 1).isEmpty());
    QVERIFY(bench.fake.journal.lines.size() > 1);
}

void TestRotationVerbs::allTargetsAreRotatedInOneRound()
{
    CliBench bench;
    bench.fake.routing.ackBy = &bench.fake.clock;
    bench.fake.routing.addGateway("g_1", bench.fake.clock.now());
    RoutingDocument& document = bench.fake.routing.document.emplace();
    document.targets["legacy"].share = 1;
    document.targets["legacy"].keys = {{"k_leg", 1.0}};
    bench.fake.policy.rotation.overlap = 12h;
    bench.fake.ports.config.targets["team"] = bench.fake.ports.config.targets["holysheep"];
    bench.fake.ports.config.targets["team"].name = "team";
    bench.fake.ports.config.targets["team"].issuer.kind = TargetConfig::Issuer::Kind::holysheep;
    bench.fake.ports.environment = [](const char*) { return std::optional<Secret>{Secret{"cr_admin"}}; };
    // Of an empty inventory the first keys: there is nothing to end, and legacy's are made by a person.
    const QJsonObject first = bench.document({"rotation", "run", "--all", "--at-once", "2"}, 3);
    QCOMPARE(first[QStringLiteral("done")].toInt(), 2);
    QCOMPARE(first[QStringLiteral("by_hand")].toInt(), 1);
    QCOMPARE(codeOf(first), QStringLiteral("refused"));
    QVERIFY2(bench.err.find("3 of 3 targets") != std::string::npos, bench.err.c_str());
    QCOMPARE(codeOf(bench.document({"rotation", "resume", "--all"}, 3)), QStringLiteral("refused"));
    bench.fake.ports.config.targets.erase("legacy");
    const QJsonObject second = bench.document({"rotation", "run", "--all"}, 0);
    QCOMPARE(second[QStringLiteral("rests")].toInt(), 2);
    QVERIFY(second[QStringLiteral("rotations")].toArray().at(0)[QStringLiteral("rests_until")].isString());
    bench.fake.clock.advance(13h);
    QCOMPARE(bench.document({"rotation", "resume", "--all"}, 0)[QStringLiteral("done")].toInt(), 2);
    bench.fake.issuers.faults.always("mint", Error{Errc::forbidden, "no right to make keys", "provider"});
    QCOMPARE(bench.document({"rotation", "run", "--all"}, 1)[QStringLiteral("failed")].toInt(), 2);
    QVERIFY2(bench.err.find("2 failed") != std::string::npos, bench.err.c_str());
}

void TestRotationVerbs::whatDoesNotGoWithAllIsRefused()
{
    CliBench bench;
    QCOMPARE(codeOf(bench.document({"rotation", "run", "--all", "--target", "legacy"}, 2)), QStringLiteral("invalidInput"));
    QCOMPARE(codeOf(bench.document({"rotation", "resume", "--all", "--give-up"}, 2)), QStringLiteral("invalidInput"));
    QCOMPARE(codeOf(bench.document({"rotation", "run", "--at-once", "4"}, 2)), QStringLiteral("invalidInput"));
    for (const char* number : {"0", "257", "-1", "4x", "many", ""})
        QCOMPARE(codeOf(bench.document({"rotation", "run", "--all", "--at-once", number}, 2)), QStringLiteral("invalidInput"));
    QVERIFY(bench.fake.journal.lines.empty());
}

void TestRotationVerbs::theScheduleIsShownAndSet()
{
    ScheduleBench bench;
    const QJsonObject shown = bench.document({"rotation", "schedule"}, 0);
    QCOMPARE(shown[QStringLiteral("schedule")].toString(), QStringLiteral("02:00"));
    QCOMPARE(shown[QStringLiteral("set_by")].toString(), QStringLiteral("policy"));
    QCOMPARE(shown[QStringLiteral("next")].toString(), QStringLiteral("2026-01-01T02:00:00.000Z"));
    QVERIFY(shown[QStringLiteral("last")].isNull());
    QVERIFY(shown[QStringLiteral("handled")].isNull()); // a look keeps nothing
    const QJsonObject changed = bench.document({"rotation", "schedule", "30 3 * * 1"}, 0);
    QCOMPARE(changed[QStringLiteral("set_by")].toString(), QStringLiteral("drover.toml"));
    QCOMPARE(changed[QStringLiteral("next")].toString(), QStringLiteral("2026-01-05T03:30:00.000Z"));
    QCOMPARE(codeOf(bench.document({"rotation", "schedule", "25:00"}, 2)), QStringLiteral("invalidInput"));
    bench.fake.policy.rotation.overlap = 48h;
    QCOMPARE(codeOf(bench.document({"rotation", "schedule", "02:00"}, 2)), QStringLiteral("invalidInput"));
    QVERIFY2(bench.err.find("comes again after 1d") != std::string::npos, bench.err.c_str());
    QVERIFY(bench.document({"rotation", "schedule", "off"}, 0)[QStringLiteral("next")].isNull());
    bench.fake.policy.rotation.overlap = 1h;
    QCOMPARE(bench.document({"rotation", "schedule", "policy"}, 0)[QStringLiteral("set_by")].toString(), QStringLiteral("policy"));
}

void TestRotationVerbs::anAgentEndsInOrderWhenItIsTold()
{
    ScheduleBench bench;
    QVERIFY(bench.document({"agent", "--once"}, 0)[QStringLiteral("rotations")].toArray().isEmpty());
    std::function<void()> stop;
    bench.console.onStop = [&](std::function<void()> told) {
        stop = std::move(told);
        return std::make_unique<Subscription>();
    };
    std::optional<int> code;
    const Pending agent{runCommandLine({"--workspace", "/there", "agent"}, bench.machine, bench.console), [&](int end) { code = end; }};
    QVERIFY(QTest::qWaitFor([&] { return bool(stop); }, 20'000));
    QVERIFY(!code);
    std::exchange(stop, {})();
    QVERIFY(QTest::qWaitFor([&] { return code.has_value(); }, 20'000));
    QCOMPARE(*code, 0);
    QVERIFY(bench.fake.logLines.back().find("agent ended") != std::string::npos);
}

void TestRotationVerbs::anAgentIsNotStartedOnAScheduleThatCannotBeKept()
{
    ScheduleBench bench;
    bench.fake.policy.rotation.overlap = 48h;
    QCOMPARE(codeOf(bench.document({"agent"}, 2)), QStringLiteral("invalidInput"));
    QVERIFY2(bench.err.find("comes again after 1d") != std::string::npos, bench.err.c_str());
}

void TestRotationVerbs::unitsNameTheWorkspaceAndTheProgram()
{
    CliBench bench;
    bench.machine.programs = "/opt/drover";
    const QJsonObject units = bench.document({"export", "systemd"}, 0);
    QCOMPARE(units.size(), 3);
    QVERIFY(units[QStringLiteral("drover-agent.service")].toString().contains(
        QStringLiteral("ExecStart=\"/opt/drover/droverctl\" --workspace \"/there\" agent\n")));
    std::vector<std::string> written;
    bench.console.save = [&](const std::string& path, std::string_view) {
        written.push_back(path);
        return Result<void>{};
    };
    QCOMPARE(bench.call({"export", "systemd", "--to", "/units"}), 0);
    QCOMPARE(written, (std::vector<std::string>{"/units/drover-agent.service", "/units/drover-rotation.service", "/units/drover-rotation.timer"}));
    QCOMPARE(run(runCommandLine({"--workspace", "/nowhere", "export", "systemd"}, bench.machine, bench.console)), 4);
}

DROVER_TEST(TestRotationVerbs)
#include "TestRotationVerbs.moc"
