// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/ControllerBench.h"
#include "protocol/routing/Document.h"
#include "support/TestMain.h"

#include <map>
#include <set>
#include <utility>

using namespace drover;
using namespace drover::app;
using drover::test::Bench;

namespace {

int appendsOfAWholeRun()
{
    static const int count = [] {
        Bench bench;
        Controller controller{bench.fake.ports};
        (void)drover::test::run(controller.start(bench.options()));
        return bench.fake.journal.faults.count("append");
    }();
    return count;
}

} // namespace

class TestController : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusesToMirrorWithoutConsent()
    {
        Bench bench;
        bench.fake.audit.facts.clear();
        Controller controller{bench.fake.ports};
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_error());
        QCOMPARE(result.error().code, Errc::refused);
        QVERIFY(result.error().what.find("--consent holysheep") != std::string::npos);
        QVERIFY(!bench.fake.routing.document);
    }

    void refusesToStartWithoutAGateway()
    {
        Bench bench;
        bench.fake.routing.gateways.clear();
        Controller controller{bench.fake.ports};
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_error());
        QVERIFY(result.error().what.find("gateway start") != std::string::npos);
    }

    void aKeyTheProviderStillAcceptsIsNotCalledRevoked()
    {
        Bench bench;
        bench.fake.provider.onModels = nullptr; // every key is good, also the one that was just ended
        Controller controller{bench.fake.ports};
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY2(result.has_value(), result.has_error() ? result.error().what.c_str() : "");
        const auto& records = bench.fake.inventory.records;
        const auto old = std::ranges::find_if(records, [](const KeyRecord& key) { return key.id == "k_first"; });
        QVERIFY(old != records.end());
        QCOMPARE(old->state, KeyState::retired);
        QVERIFY(bench.fake.secrets.entries.contains("k_first"));
    }

    void runsFromShadowToDoneAndRotatesAKey()
    {
        Bench bench;
        Controller controller{bench.fake.ports};
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY2(result.has_value(), result.has_error() ? result.error().what.c_str() : "");
        QCOMPARE(*result, Phase::done);
        QCOMPARE(bench.live(), (std::vector<std::string>{"k_leg", "k_minted1"}));
        QVERIFY(bench.fake.routing.sealed.contains("k_minted1"));
        QVERIFY(!bench.fake.routing.sealed.contains("k_first"));
        QCOMPARE(bench.fake.secrets.entries["production"].notes["key_id"], std::string("k_minted1"));
        for (const auto& [deed, key] : {std::pair{"key.mint", "k_minted1"}, {"key.promote", "k_minted1"}, {"key.revoke", "k_first"}}) {
            const auto row = std::ranges::find(bench.fake.audit.rows, deed, &AuditEntry::deed);
            QVERIFY2(row != bench.fake.audit.rows.end(), deed);
            QCOMPARE(row->subject, std::string(key));
            QVERIFY2(row->reason.starts_with("rotation r_"), row->reason.c_str());
        }
        std::uint64_t generation = 0;
        for (const RoutingDocument& document : bench.fake.routing.history) {
            QVERIFY(document.generation >= generation);
            generation = document.generation;
            QVERIFY(checkRouting(document).has_value());
        }
    }

    void aKeyIsRotatedAfterTheMigrationHasEnded()
    {
        for (const Phase end : {Phase::done, Phase::rolledBack}) {
            Bench bench;
            bench.fake.policy.rotation.afterCutover = false;
            Controller controller{bench.fake.ports};
            controller.onStatus([&](const MigrationStatus& status) {
                if (end == Phase::rolledBack && status.phase == Phase::canary)
                    (void)controller.order(OrderVerb::rollback, "ann", "drill");
            });
            const auto ended = drover::test::run(controller.start(bench.options()));
            QVERIFY(ended.has_value() && *ended == end);
            const RoutingDocument before = *bench.fake.routing.document;
            QVERIFY(!before.migration.empty());

            Controller later{bench.fake.ports};
            const auto rotated = drover::test::run(later.rotate("holysheep", bench.fake.policy));
            QVERIFY(rotated.has_value());
            QVERIFY2(rotated->outcome() == "done", rotated->why().c_str());
            const RoutingDocument& after = *bench.fake.routing.document;
            QCOMPARE(after.targets.at("holysheep").keys, (std::map<std::string, double>{{"k_minted1", 1.0}}));
            QCOMPARE(after.phase, end);
            QCOMPARE(after.targets.at("holysheep").share, before.targets.at("holysheep").share);
            QVERIFY(after.targets.at("legacy") == before.targets.at("legacy"));
            QVERIFY(after.migration.empty()); // the migration itself has no later document
            for (const RoutingDocument& document : bench.fake.routing.history)
                QVERIFY(document.migration.empty() || document.generation <= before.generation);
            // It is over all the same, and says so.
            const auto back = drover::test::run(RoutingDesk{bench.fake.ports}.rollBack("too late"));
            QCOMPARE(back.has_value(), end == Phase::rolledBack);
        }
    }

    void aRotationByItselfSeesTheTrafficOfAnyMigration()
    {
        Bench bench;
        bool any = true;
        bench.fake.evidence.onWindow = [&](const EvidenceQuery& query) {
            any = any && !query.migration;
            return bench.traffic();
        };
        bench.serve();
        Controller controller{bench.fake.ports};
        const auto rotated = drover::test::run(controller.rotate("holysheep", bench.fake.policy));
        QVERIFY(rotated.has_value());
        QVERIFY2(rotated->outcome() == "done", rotated->why().c_str());
        QVERIFY(any);
    }

    void aRollbackInMidCanaryIsServedAtOnce()
    {
        Bench bench;
        Controller controller{bench.fake.ports};
        bool ordered = false;
        controller.onStatus([&](const MigrationStatus& status) {
            if (status.phase == Phase::canary && status.step == 2 && !ordered)
                ordered = controller.order(OrderVerb::rollback, "ann", "drill").has_value();
        });
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_value());
        QCOMPARE(*result, Phase::rolledBack);
        QCOMPARE(bench.fake.routing.document->targets.at("holysheep").share, 0.0);
        QCOMPARE(bench.fake.routing.document->targets.at("legacy").share, 1.0);
    }

    void anotherProcessesRollbackIsTakenNoteOf()
    {
        Bench bench;
        Controller controller{bench.fake.ports};
        MigrationService elsewhere{bench.fake.ports};
        Pending order;
        Result<void> ordered;
        controller.onStatus([&](const MigrationStatus& status) {
            if (status.phase == Phase::canary && !order.running() && bench.fake.orders.orders.empty())
                order = Pending{elsewhere.order(OrderVerb::rollback, "drill", "host/1", Deadline::in(bench.fake.clock, 600s)),
                                [&](Result<void> answer) { ordered = std::move(answer); }};
        });
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_value());
        QCOMPARE(*result, Phase::rolledBack);
        QVERIFY(ordered.has_value());
    }

    void aNewMigrationStartsAfterARollbackThatNobodyNoted()
    {
        Bench bench;
        bench.fake.audit.facts["consent:holysheep"] = "ann";
        bench.fake.policy.canary.steps = {{0.05, 3600s}};
        {
            Controller controller{bench.fake.ports};
            bool there = false;
            controller.onStatus([&](const MigrationStatus& status) { there = status.phase == Phase::canary && status.notBefore; });
            const Pending running{controller.start(bench.options()), [](Result<Phase>) {}};
            QTRY_VERIFY(there);
        } // killed
        MigrationService elsewhere{bench.fake.ports};
        QVERIFY(drover::test::run(elsewhere.order(OrderVerb::rollback, "", "", Deadline::in(bench.fake.clock, 1s))).has_value());
        bench.fake.policy.canary.steps = {{0.05, 1s}};
        Controller second{bench.fake.ports};
        const auto result = drover::test::run(second.start(bench.options()));
        QVERIFY2(result.has_value(), result.has_error() ? result.error().what.c_str() : "");
        QCOMPARE(*result, Phase::done);
    }

    void anOrderLeftBehindByAnEarlierControllerIsRefused()
    {
        Bench bench;
        bench.fake.audit.facts["consent:holysheep"] = "ann";
        for (const char* verb : {"rollback", "advance"}) {
            Order order;
            order.migration = "m_before";
            order.verb = verb;
            (void)drover::test::run(bench.fake.orders.place(order));
        }
        Controller controller{bench.fake.ports};
        bool late = false;
        controller.onStatus([&](const MigrationStatus& status) {
            if (status.phase != Phase::done || std::exchange(late, true))
                return;
            Order order; // when nothing is left to order
            order.migration = status.id;
            order.verb = "pause";
            bench.fake.orders.orders.push_back(order);
            bench.fake.orders.orders.back().id = 3;
        });
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY2(result.has_value(), result.has_error() ? result.error().what.c_str() : "");
        QCOMPARE(*result, Phase::done);
        QCOMPARE(bench.fake.orders.orders.size(), std::size_t(3));
        for (const Order& order : bench.fake.orders.orders)
            QVERIFY2(order.answer.find("refused") != std::string::npos, order.answer.c_str());
    }

    void aStatusHasNoEvidenceOfTheStepBefore()
    {
        Bench bench;
        bench.fake.policy.rotation.afterCutover = false;
        bench.fake.evidence.onWindow = [&](const EvidenceQuery& query) {
            EvidenceWindow window = bench.traffic();
            window.step.clientRequests = query.fromGeneration; // tells whose it is
            return window;
        };
        Controller controller{bench.fake.ports};
        std::map<std::uint64_t, std::set<std::pair<Phase, std::uint32_t>>> shown;
        controller.onStatus([&](const MigrationStatus& status) {
            if (status.evidence.clientRequests > 0)
                shown[status.evidence.clientRequests].insert({status.phase, status.step});
        });
        QCOMPARE(*drover::test::run(controller.start(bench.options())), Phase::done);
        QVERIFY(shown.size() > 3);
        for (const auto& [generation, steps] : shown)
            QCOMPARE(steps.size(), std::size_t{1});
    }

    void twoAdvancesInOneLookMoveOneStep()
    {
        Bench bench;
        bench.fake.audit.facts["consent:holysheep"] = "ann";
        bench.fake.policy.canary.steps = {{0.05, 3600s}, {0.5, 3600s}};
        Controller controller{bench.fake.ports};
        std::uint32_t furthest = 0;
        bool placed = false;
        controller.onStatus([&](const MigrationStatus& status) {
            if (status.phase != Phase::canary)
                return;
            furthest = std::max(furthest, status.step);
            if (!placed && status.notBefore) { // the step is served
                placed = true;
                for (std::uint64_t id = 1; id <= 2; ++id) {
                    Order order;
                    order.id = id;
                    order.migration = status.id;
                    order.verb = "advance";
                    order.actor = "ann";
                    order.seen = SeenStep{status.phase, status.step, status.generation};
                    bench.fake.orders.orders.push_back(order);
                }
            } else if (furthest == 2 && !bench.fake.orders.orders[1].answer.empty()) {
                (void)controller.order(OrderVerb::rollback, "test", "seen enough");
            }
        });
        QCOMPARE(*drover::test::run(controller.start(bench.options())), Phase::rolledBack);
        QCOMPARE(furthest, 2U);
        QCOMPARE(std::ranges::count(bench.fake.audit.rows, "migration.advance", &AuditEntry::deed), 1);
        QCOMPARE(std::ranges::count(bench.fake.audit.rows, "migration.rollback", &AuditEntry::deed), 1);
        QCOMPARE(bench.fake.orders.orders[0].answer, std::string("{\"ok\":true}"));
        QVERIFY2(bench.fake.orders.orders[1].answer.find("moved on") != std::string::npos ||
                     bench.fake.orders.orders[1].answer.find("not yet served") != std::string::npos,
                 bench.fake.orders.orders[1].answer.c_str());
    }

    void ofTwoOrdersAtOnceInThisProcessOneIsTaken()
    {
        Bench bench;
        bench.fake.audit.facts["consent:holysheep"] = "ann";
        bench.fake.policy.canary.steps = {{0.05, 3600s}, {0.5, 3600s}};
        Controller controller{bench.fake.ports};
        bool ordered = false;
        controller.onStatus([&](const MigrationStatus& status) {
            if (status.phase == Phase::canary && status.notBefore && !std::exchange(ordered, true)) {
                QVERIFY(controller.order(OrderVerb::advance, "ann", "").has_value());
                QVERIFY(controller.order(OrderVerb::advance, "ann", "").has_error());
                QVERIFY(controller.order(OrderVerb::rollback, "ann", "").has_value());
            }
        });
        QCOMPARE(*drover::test::run(controller.start(bench.options())), Phase::rolledBack);
        QVERIFY(ordered);
    }

    void aForeignWriterPausesAndResumeGoesOn()
    {
        Bench bench;
        Controller controller{bench.fake.ports};
        int step = 0;
        controller.onStatus([&](const MigrationStatus& status) {
            if (step == 0 && status.phase == Phase::canary) {
                step = 1;
                auto foreign = *bench.fake.routing.document;
                foreign.generation += 3;
                foreign.targets["holysheep"].share = 0.9;
                foreign.targets["legacy"].share = 0.1;
                foreign.writer = "someone/9";
                bench.fake.routing.document = foreign;
                bench.fake.journal.generation = foreign.generation;
            } else if (step == 1 && status.phase == Phase::paused) {
                step = 2;
                QVERIFY(status.why.find("someone/9") != std::string::npos);
                QVERIFY(controller.order(OrderVerb::resume, "ann", "looked at it").has_value());
            }
        });
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_value());
        QCOMPARE(*result, Phase::done);
        QCOMPARE(step, 2);
    }

    void aStoreThatFailsForAWhileOnlyDelays()
    {
        Bench bench;
        for (int i = 0; i < 5; ++i)
            bench.fake.routing.faults.fail("acks", {Errc::io, "disk", "acks"});
        Controller controller{bench.fake.ports};
        bool broken = false;
        controller.onStatus([&](const MigrationStatus& status) {
            if (!broken && status.phase == Phase::canary) {
                broken = true;
                for (int i = 0; i < 3; ++i)
                    bench.fake.routing.faults.fail("write", {Errc::io, "disk", "routing.json"});
            }
        });
        bench.fake.routing.faults.heal();
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_value());
        QCOMPARE(*result, Phase::done);
    }

    void aStepThatCannotBeWrittenIsPausedOnTheOneBefore()
    {
        Bench bench;
        bench.fake.policy.rotation.afterCutover = false;
        Controller controller{bench.fake.ports};
        int step = 0;
        controller.onStatus([&](const MigrationStatus& status) {
            if (step == 0 && status.phase == Phase::canary && status.step == 1 && status.gatewaysServing == 1) {
                step = 1;
                bench.fake.routing.faults.always("write", {Errc::invalidInput, "no target is named", "targets"});
            } else if (step == 1 && status.phase == Phase::paused) {
                step = 2; // nothing passes by itself here: not tried for ever
                QVERIFY2(status.why.find("no target is named") != std::string::npos, status.why.c_str());
                QCOMPARE(status.step, 1u);
                QCOMPARE(status.shareConfigured, bench.fake.routing.document->targets.at("holysheep").share);
                QCOMPARE(status.generation, bench.fake.routing.document->generation);
                bench.fake.routing.faults.heal();
            } else if (step == 2 && bench.fake.routing.document->renewal > 2) {
                step = 3; // the lease of the step that is held goes on
                QVERIFY(controller.order(OrderVerb::resume, "ann", "mended").has_value());
            }
        });
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_value());
        QCOMPARE(*result, Phase::done);
        QCOMPARE(step, 3);
    }

    void aPauseWhileAStepIsBeingWrittenHoldsTheOneBefore()
    {
        Bench bench;
        bench.fake.policy.rotation.afterCutover = false;
        Controller controller{bench.fake.ports};
        int step = 0;
        controller.onStatus([&](const MigrationStatus& status) {
            const auto& document = bench.fake.routing.document;
            if (step == 0 && status.phase == Phase::canary && status.step == 1 && status.gatewaysServing == 1) {
                step = 1;
                bench.fake.routing.faults.always("write", {Errc::io, "disk", "routing.json"});
            } else if (step == 1 && status.step == 2) {
                step = 2; // being tried again and again
                QVERIFY(controller.order(OrderVerb::pause, "ann", "wait").has_value());
            } else if (step == 2 && status.phase == Phase::paused) {
                step = 3;
                QCOMPARE(status.step, 1u);
                bench.fake.routing.faults.heal();
            } else if (step == 3 && status.generation == document->generation && document->renewal > 4) {
                step = 4; // the held step is what stands there, and its lease goes on
                QCOMPARE(document->step, 1u);
                QCOMPARE(document->targets.at("holysheep").share, 0.05);
                QVERIFY(controller.order(OrderVerb::resume, "ann", "go on").has_value());
            }
        });
        const auto result = drover::test::run(controller.start(bench.options()));
        QVERIFY(result.has_value());
        QCOMPARE(*result, Phase::done);
        QCOMPARE(step, 4);
    }

    // The journal refuses the n-th entry, as if the process had died there; a new controller goes on.
    void aCrashAtEveryJournalEntryEndsTheSame_data()
    {
        QTest::addColumn<int>("entry");
        for (int entry = 0; entry < appendsOfAWholeRun(); ++entry)
            QTest::addRow("entry %d", entry) << entry;
    }
    void aCrashAtEveryJournalEntryEndsTheSame()
    {
        QFETCH(int, entry);
        Bench bench;
        DyingJournal journal{bench.fake.journal, entry};
        Ports ports = bench.portsOf("host/1", &journal);
        {
            Controller controller{ports};
            const auto first = drover::test::run(controller.start(bench.options()));
            if (first.has_value())
                QCOMPARE(*first, Phase::done); // the rotation's journal failed: it ends failed, the migration goes on
        }
        Ports later = bench.portsOf("host/2");
        Controller second{later};
        const auto result = drover::test::run(entry == 0 ? second.start(bench.options()) : second.resume("after a crash"));
        if (result.has_value())
            QCOMPARE(*result, Phase::done);
        QCOMPARE(bench.fake.routing.document->phase, Phase::done);
        // Every key alive at the provider is one of ours, and the current one is among them.
        const std::string current = bench.fake.secrets.entries["production"].notes["key_id"];
        const auto live = bench.live();
        QVERIFY(current.empty() || std::ranges::find(live, current) != live.end());
        for (const std::string& id : live)
            QVERIFY2(bench.fake.inventory.find(id) != nullptr, id.c_str());
    }

private:
    // Dies at the n-th append: that one and all later ones fail.
    class DyingJournal final : public Journal {
    public:
        DyingJournal(Journal& inner, int left) : inner_(inner), left_(left) {}
        Task<Result<std::uint64_t>> append(JournalEntry entry) override
        {
            if (left_-- <= 0)
                co_return Error{Errc::io, "the process died here", {}};
            co_return co_await inner_.append(std::move(entry));
        }
        Task<Result<std::vector<JournalEntry>>> entries(std::string run) override { return inner_.entries(std::move(run)); }
        Task<Result<std::optional<std::string>>> latestRun(std::string kind) override
        {
            return inner_.latestRun(std::move(kind));
        }
        Task<Result<std::vector<std::string>>> latestRuns(std::string kind) override { return inner_.latestRuns(std::move(kind)); }
        Task<Result<std::optional<std::string>>> latestRunOf(std::string kind, std::string subject) override
        {
            return inner_.latestRunOf(std::move(kind), std::move(subject));
        }
        Task<Result<std::uint64_t>> highestGeneration() override { return inner_.highestGeneration(); }
        Task<Result<void>> raiseGeneration(std::uint64_t generation) override { return inner_.raiseGeneration(generation); }

    private:
        Journal& inner_;
        int left_;
    };
};

DROVER_TEST(TestController)
#include "TestController.moc"
