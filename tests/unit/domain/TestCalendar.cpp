// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "domain/migration/Policy.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

MigrationPolicy playbookPolicy()
{
    MigrationPolicy policy;
    policy.shadow.time = std::chrono::days{7};
    policy.canary.steps = {{0.05, 48h}, {0.25, 24h}, {0.45, 24h}, {0.65, 24h}, {0.85, 24h}};
    policy.rollbackWindow = 15min;
    policy.overlap = std::chrono::days{7};
    return policy;
}

} // namespace

class TestCalendar : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thePlaybookTakesSevenPlusSixPlusSevenDays()
    {
        // D54: 5 % for 48 h, then +20 % each 24 h is 100 % after 6 days of canary.
        const auto entries = calendar(playbookPolicy(), parseTime("2026-11-23T09:00:00Z").value());
        const std::vector<std::pair<std::string, std::string>> wanted{
            {"shadow", "2026-11-23T09:00:00.000Z"},      {"canary 5 %", "2026-11-30T09:00:00.000Z"},
            {"canary 25 %", "2026-12-02T09:00:00.000Z"}, {"canary 45 %", "2026-12-03T09:00:00.000Z"},
            {"canary 65 %", "2026-12-04T09:00:00.000Z"}, {"canary 85 %", "2026-12-05T09:00:00.000Z"},
            {"cutover", "2026-12-06T09:00:00.000Z"},     {"overlap", "2026-12-06T09:15:00.000Z"},
            {"done", "2026-12-13T09:15:00.000Z"}};
        QCOMPARE(entries.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            QCOMPARE(entries[i].label, wanted[i].first);
            QCOMPARE(formatTime(entries[i].begins), wanted[i].second);
        }
        QCOMPARE(entries[0].share, 0.0);
        QCOMPARE(entries[2].share, 0.25);
        QCOMPARE(entries[6].share, 1.0);
    }
    void aPolicyWithoutStepsGoesFromShadowToCutover()
    {
        const auto entries = calendar({}, WallTime{});
        QCOMPARE(entries.size(), std::size_t{4});
        QCOMPARE(entries[1].label, std::string("cutover"));
    }
};

DROVER_TEST(TestCalendar)
#include "TestCalendar.moc"
