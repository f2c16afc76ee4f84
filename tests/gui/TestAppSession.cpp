// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QTimer>

#include "gui/AppSession.h"

#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::test;

namespace {

// One workspace in memory, and no programs.
class MemoryMachine final : public app::Workspaces, public Processes, public SandboxControl, public TextTrees {
public:
    explicit MemoryMachine(FakePorts& fake) : machine{fake.clock, fake.random, *this, *this, *this, *this, {}}, fake_(fake) {}
    app::Machine machine;

    std::filesystem::path defaultFolder(std::string_view) const override { return "/there"; }
    bool exists(const std::filesystem::path&) const override { return true; }
    Result<WorkspaceConfig> settings(const std::filesystem::path&) const override { return fake_.ports.config; }
    Task<Result<void>> checkStore(WorkspaceConfig) override { co_return Result<void>{}; }
    Task<Result<std::unique_ptr<app::OpenWorkspace>>> open(std::filesystem::path) override { co_return workspace(); }
    Result<WorkspaceConfig> create(std::filesystem::path, WorkspaceConfig config) override { return config; }
    Result<void> rewrite(std::filesystem::path, const WorkspaceConfig&) override { return {}; }
    Result<std::unique_ptr<Subscription>> lockController(std::filesystem::path) override
    {
        struct Lock final : Subscription {
            explicit Lock(bool& held) : held_(held) { held_ = true; }
            ~Lock() override { held_ = false; }
            bool& held_;
        };
        return std::unique_ptr<Subscription>{std::make_unique<Lock>(locked)};
    }
    std::string controller(const std::filesystem::path&) const override { return locked ? "host/1" : ""; }
    bool locked = false;

    std::unique_ptr<app::OpenWorkspace> workspace()
    {
        struct Open final : app::OpenWorkspace {
            explicit Open(app::Ports& given) : kept(given) {}
            app::Ports& ports() override { return kept; }
            app::Ports& kept;
        };
        return std::make_unique<Open>(fake_.ports);
    }

    Task<Result<Started<GatewayProcess>>> gateway(GatewayStart, Secret, Deadline) override { co_return nothing(); }
    Task<Result<Started<SandboxProcess>>> sandbox(SandboxStart, Deadline) override { co_return nothing(); }
    Task<Result<std::unique_ptr<Child>>> load(LoadStart, Secret, Deadline) override { co_return nothing(); }
    Task<Result<void>> stopGateway(std::string, std::int64_t, Deadline) override { co_return nothing(); }
    Task<Result<SandboxKey>> mint(std::string, std::string, Deadline) override { co_return nothing(); }
    Task<Result<SandboxCounts>> counts(std::string, Deadline) override { co_return nothing(); }
    Task<Result<TreeTotals>> read(std::vector<std::filesystem::path>, bool, std::function<void(const TreeText&)>, Deadline) override { co_return nothing(); }

private:
    static Error nothing() { return {Errc::unavailable, "there are no programs here", {}}; }
    FakePorts& fake_;
};

// A session on it, with a proven key for each target and a gateway that acknowledges at once.
struct Bench {
    Bench()
    {
        fake.ports.config.sandbox = true;
        for (const auto& [target, id] : {std::pair{"legacy", "k_leg"}, {"holysheep", "k_first"}}) {
            KeyRecord record;
            record.id = id;
            record.target = target;
            record.state = KeyState::current;
            fake.inventory.records.push_back(record);
            StoredSecret secret;
            secret.value = Secret{"cr_0123456789_" + record.id};
            secret.version = 1;
            fake.secrets.entries[id] = std::move(secret);
        }
        fake.routing.ackBy = &fake.clock;
        fake.routing.addGateway("g_1", fake.clock.now());
        watching = session.migration().watch([this](const gui::MigrationNews& said) {
            news = said;
            ++told;
        });
        ticking.callOnTimeout([this] { fake.clock.advance(50ms); });
        ticking.start(10);
    }

    FakePorts fake;
    MemoryMachine there{fake};
    gui::AppSession owner{there.machine, there.workspace()};
    gui::Session& session = owner;
    gui::MigrationNews news;
    int told = 0;
    std::unique_ptr<Subscription> watching;
    QTimer ticking;
};

} // namespace

class TestAppSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void errorsOfTheStatusReachWhoeverWatches()
    {
        Bench bench;
        QTRY_VERIFY(bench.news.known());
        QVERIFY(!bench.news.trouble);
        const auto then = bench.news.asOf;
        bench.fake.journal.faults.always("latestRun", Error{Errc::io, "the disk is gone", "drover.db"});
        QTRY_VERIFY(bench.news.trouble.has_value());
        QCOMPARE(bench.news.trouble->what, std::string("the disk is gone"));
        QVERIFY(bench.news.asOf >= then); // what is known stays, with its time
        bench.fake.journal.faults.heal();
        QTRY_VERIFY(!bench.news.trouble);
        QVERIFY(bench.news.asOf > then);
    }

    void beforeTheFirstAnswerNothingIsKnown()
    {
        FakePorts fake;
        fake.journal.faults.always("latestRun", Error{Errc::locked, "somebody holds it", "drover.db"});
        MemoryMachine there{fake};
        gui::AppSession session{there.machine, there.workspace()};
        gui::MigrationNews news;
        const auto watching = static_cast<gui::Session&>(session).migration().watch([&](const gui::MigrationNews& said) { news = said; });
        QTRY_VERIFY(news.trouble.has_value());
        QVERIFY(!news.known());
    }

    void aMigrationWaitsForTheRotationOfThisConsole()
    {
        Bench bench;
        bench.fake.ports.lockController = [&bench] { return bench.there.lockController({}); };
        bench.fake.provider.onModels = [](const std::string&, const std::string&) { return ScriptedProvider::refused(401, ErrorClass::auth); };
        bench.fake.policy.rotation.propagation = 1h; // it stays where the new key is to be proven
        const Result<void> rotating = run(bench.session.rotation().rotate("holysheep"));
        QVERIFY2(rotating.has_value(), rotating.has_error() ? describe(rotating.error()).c_str() : "");
        const auto started = run(bench.session.rotation().news("holysheep"));
        QVERIFY2(started->here, started->ended ? describe(*started->ended).c_str() : std::string(started->plan ? started->plan->why() : "").c_str());
        gui::StartRequest request;
        request.policy = bench.fake.policy.name;
        const Result<void> begun = run(bench.session.migration().start(std::move(request)));
        QVERIFY(begun.has_error());
        QVERIFY2(QString::fromStdString(begun.error().what).contains(QStringLiteral("rotates a key")), begun.error().what.c_str());
        bench.session.rotation().stopHere();
        QVERIFY(!bench.session.rotation().here());
        QVERIFY(!bench.there.locked);
    }

    void whatEndsARunIsKeptUntilItGoesOn()
    {
        Bench bench;
        std::optional<Result<void>> started;
        const Pending starting{bench.session.migration().start({"small", "legacy", "holysheep", "a test"}),
                               [&](Result<void> result) { started.emplace(std::move(result)); }};
        QTRY_VERIFY(started.has_value());
        QVERIFY2(started->has_value(), started->has_value() ? "" : describe(started->error()).c_str());
        QTRY_VERIFY(bench.news.controlled);
        bench.fake.journal.faults.always("append", Error{Errc::io, "the journal cannot be written", "drover.db"});
        std::optional<Result<void>> ordered;
        const Pending pausing{bench.session.migration().order(OrderVerb::pause, "a test"), [&](Result<void> result) { ordered.emplace(std::move(result)); }};
        QTRY_VERIFY(bench.news.ended.has_value());
        QVERIFY(bench.news.ended->what.find("the journal cannot be written") != std::string::npos);
        QVERIFY(!bench.news.controlled);
        QVERIFY(!bench.there.locked);
        // A look at the journal takes nothing back.
        const int before = bench.told;
        QTRY_VERIFY(bench.told > before + 1);
        QVERIFY(bench.news.ended.has_value());
        bench.fake.journal.faults.heal();
        std::optional<Result<void>> resumed;
        const Pending resuming{bench.session.migration().order(OrderVerb::resume, "a test"), [&](Result<void> result) { resumed.emplace(std::move(result)); }};
        QTRY_VERIFY(resumed.has_value());
        QVERIFY2(resumed->has_value(), resumed->has_value() ? "" : describe(resumed->error()).c_str());
        QTRY_VERIFY(!bench.news.ended);
        QVERIFY(bench.news.controlled);
    }
};

DROVER_TEST(TestAppSession)
#include "TestAppSession.moc"
