// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/ControllerBench.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::app;
using drover::test::Bench;
using drover::test::killedWhen;

namespace {

// A controller in a canary that lasts, renewing.
struct Canary : Bench {
    Canary()
    {
        fake.policy.canary.steps = {{0.5, 48h}};
        running = Pending{controller.start(options()), [this](const Result<Phase>&) { over = true; }};
    }
    bool renews() { return QTest::qWaitFor(renewed(renewals() + 2), 20'000) && !over; }
    std::uint64_t renewals() const { return fake.routing.document ? fake.routing.document->renewal : 0; }

    Controller controller{fake.ports};
    bool over = false;
    Pending running;
};

} // namespace

// Who renews the share's lease, and who must not.
class TestLease : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunThatWasEndedDoesNothingMore()
    {
        Bench bench;
        bench.fake.policy.canary.steps = {{0.5, 3600s}};
        Controller controller{bench.fake.ports};
        QVERIFY(killedWhen(bench.renewed(2), controller.start(bench.options())));
        const std::size_t written = bench.fake.routing.history.size();
        QVERIFY(bench.waits(3 * bench.fake.policy.lease));
        QCOMPARE(bench.fake.routing.history.size(), written); // the controller is still there, its run is not
    }

    void aSecondControllerWithinTheLeaseRenews()
    {
        Bench bench;
        bench.fake.policy.lease = 60s; // of the bench's clock: more than a second of the test's
        bench.fake.policy.canary.steps = {{0.5, 3600s}};
        Controller first{bench.fake.ports};
        QVERIFY(killedWhen(bench.renewed(2), first.start(bench.options())));
        const RoutingDocument left = *bench.fake.routing.document;
        // Another process takes over: nothing is written anew, only renewed.
        Ports ports = bench.portsOf("host/2");
        Controller second{ports};
        QVERIFY(killedWhen(bench.renewed(left.renewal + 2), second.resume("the first one died")));
        RoutingDocument now = *bench.fake.routing.document;
        QCOMPARE(now.writer, std::string("host/1"));
        now.renewal = left.renewal;
        now.writtenAt = left.writtenAt;
        QVERIFY(now == left);
    }

    void aBlindControllerDoesNotRenew()
    {
        Canary canary;
        QVERIFY(canary.renews());
        canary.counting = true;
        QVERIFY(canary.renews()); // requests come, and so does their evidence
        canary.evidence = canary.fake.clock.now();
        QVERIFY(canary.waits(10s)); // requests go on, their evidence stands still
        const std::uint64_t last = canary.renewals();
        QVERIFY(canary.waits(30s));
        QCOMPARE(canary.renewals(), last);
        canary.evidence.reset();
        QVERIFY(canary.renews());
    }

    void aControllerThatCannotReadEvidenceDoesNotRenew()
    {
        Canary canary;
        QVERIFY(canary.renews());
        canary.fake.evidence.faults.always("window", {Errc::io, "disk", "evidence"});
        QVERIFY(canary.waits(10s));
        const std::uint64_t last = canary.renewals();
        QVERIFY(canary.waits(30s));
        QCOMPARE(canary.renewals(), last);
        canary.fake.evidence.faults.heal();
        QVERIFY(canary.renews());
    }

    void whereNoRequestComesNoEvidenceIsMissed()
    {
        Canary canary;
        QVERIFY(canary.renews());
        canary.evidence = canary.fake.clock.now();
        QVERIFY(canary.waits(30s));
        QVERIFY(canary.renews());
        // A lone request, whose evidence was read before it was counted.
        canary.evidence = canary.fake.clock.now();
        ++canary.fake.routing.gateways.front().requests;
        QVERIFY(canary.waits(30s));
        QVERIFY(canary.renews());
    }
};

DROVER_TEST(TestLease)
#include "TestLease.moc"
