// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "domain/keys/KeyPruning.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

constexpr Duration day = std::chrono::hours(24);
const WallTime now = WallTime{} + day * 20'000;

PruneKey key(const char* id, KeyState state, int daysOld, bool stored = false, const char* target = "holysheep")
{
    PruneKey made;
    made.record.id = id;
    made.record.target = target;
    made.record.state = state;
    made.record.createdAt = now - day * daysOld;
    made.stored = stored;
    return made;
}

QString removed(const std::vector<PruneKey>& keys, PruneRules rules = {day * 30, 5})
{
    QStringList ids;
    for (const PruneLine& line : planPruning(keys, rules, now)) {
        if (line.removes)
            ids << QString::fromStdString(line.record.id);
        if (line.why.empty())
            return QStringLiteral("a line without a reason");
    }
    return ids.join(QLatin1Char(' '));
}

} // namespace

class TestKeyPruning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void forgetsWhatHasEndedAndIsOld();
    void neverForgetsWhatMayLive_data();
    void neverForgetsWhatMayLive();
    void anyTraceKeepsItYoung();
    void beyondMaxKeysTheOldestEndedGoFirst();
    void neverEmptiesATarget();
    void thePlaybooksPruningCannotHappen();
};

void TestKeyPruning::forgetsWhatHasEndedAndIsOld()
{
    PruneKey expired = key("expired", KeyState::retired, 90, true); // by a date that a person may have typed: it may live
    expired.record.expiresAt = now - day;
    QCOMPARE(removed({key("live", KeyState::current, 90, true), key("old", KeyState::revoked, 31), key("young", KeyState::revoked, 29),
                      key("failed", KeyState::failed, 31), expired}),
             QStringLiteral("old failed"));
    QCOMPARE(removed({}), QString());
}

void TestKeyPruning::neverForgetsWhatMayLive_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<bool>("stored");
    for (const KeyState state : {KeyState::added, KeyState::proven, KeyState::ramping, KeyState::current, KeyState::overlap, KeyState::retired})
        for (const bool stored : {false, true})
            QTest::addRow("%s, %s", std::string(keyStateName(state)).c_str(), stored ? "stored" : "not stored") << int(state) << stored;
    QTest::newRow("failed, and its secret is still there") << int(KeyState::failed) << true;
}

void TestKeyPruning::neverForgetsWhatMayLive()
{
    QFETCH(int, state);
    QFETCH(bool, stored);
    QCOMPARE(removed({key("live", KeyState::current, 1, true), key("it", KeyState(state), 5000, stored)}, {Duration{0}, 0}), QString());
}

void TestKeyPruning::anyTraceKeepsItYoung()
{
    const PruneKey live = key("live", KeyState::current, 1, true);
    PruneKey used = key("it", KeyState::revoked, 90);
    used.lastUsed = now - day * 3;
    QCOMPARE(removed({live, used}), QString());
    PruneKey proven = key("it", KeyState::revoked, 90);
    proven.record.provenAt = now - day * 3;
    QCOMPARE(removed({live, proven}), QString());
    PruneKey named = key("it", KeyState::revoked, 90);
    named.holder = "the routing document";
    QCOMPARE(removed({live, named}), QString());
    QVERIFY(planPruning({live, named}, {}, now)[1].why.find("the routing document") != std::string::npos);
}

void TestKeyPruning::beyondMaxKeysTheOldestEndedGoFirst()
{
    std::vector<PruneKey> keys{key("live", KeyState::current, 1, true), key("spare", KeyState::proven, 1, true)};
    keys.push_back(key("r3", KeyState::revoked, 3));
    keys.push_back(key("r9", KeyState::revoked, 9));
    keys.push_back(key("r6", KeyState::revoked, 6));
    QCOMPARE(removed(keys, {day * 30, 5}), QString());
    QCOMPARE(removed(keys, {day * 30, 4}), QStringLiteral("r9"));
    QCOMPARE(removed(keys, {day * 30, 3}), QStringLiteral("r9 r6"));
    QCOMPARE(removed(keys, {day * 30, 1}), QStringLiteral("r3 r9 r6")); // the live ones stay, however many
    // Each target for itself.
    keys.push_back(key("l1", KeyState::current, 9, true, "legacy"));
    QCOMPARE(removed(keys, {day * 30, 5}), QString());
}

void TestKeyPruning::neverEmptiesATarget()
{
    const std::vector<PruneKey> keys{key("a", KeyState::revoked, 60), key("b", KeyState::revoked, 40), key("c", KeyState::revoked, 50)};
    QCOMPARE(removed(keys), QStringLiteral("a c"));
    QCOMPARE(removed(keys, {Duration{0}, 0}), QStringLiteral("a c"));
    QVERIFY(planPruning(keys, {day, 5}, now)[1].why.find("the last key") != std::string::npos);
}

// D4: at the fifth rotation with max_keys = 5 the playbook's list becomes empty, the new key included.
void TestKeyPruning::thePlaybooksPruningCannotHappen()
{
    std::vector<PruneKey> keys;
    for (int rotation = 1; rotation <= 12; ++rotation) {
        for (PruneKey& old : keys)
            old.record.state = KeyState::revoked;
        keys.push_back(key(std::to_string(rotation).c_str(), KeyState::current, 40 - rotation, true));
        std::vector<PruneKey> left;
        const std::vector<PruneLine> lines = planPruning(keys, {day, 5}, now);
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (!lines[i].removes)
                left.push_back(keys[i]);
        keys = left;
        QVERIFY(!keys.empty());
        QCOMPARE(keys.back().record.id, std::to_string(rotation));
    }
}

DROVER_TEST(TestKeyPruning)
#include "TestKeyPruning.moc"
