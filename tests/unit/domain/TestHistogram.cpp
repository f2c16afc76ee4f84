// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/latency/Histogram.h"
#include "support/TestMain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace drover;

namespace {
bool within(double shown, double recorded)
{
    return std::abs(shown - recorded) <= Histogram::relativeError * recorded * (1 + 1e-9);
}
} // namespace

class TestHistogram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRankIsWithinTheErrorOfTheRecordedValue()
    {
        Random random{1};
        std::vector<double> values;
        Histogram histogram;
        for (int i = 0; i < 5000; ++i) {
            values.push_back(std::exp(2.5 * random.normal() + 4)); // 0.02 ms to minutes
            histogram.record(values.back());
        }
        std::ranges::sort(values);
        QCOMPARE(histogram.count(), std::uint64_t{5000});
        for (std::size_t rank = 1; rank <= values.size(); ++rank)
            QVERIFY(within(histogram.atRank(rank), values[rank - 1]));
    }
    void quantilesAreByNearestRank()
    {
        Histogram histogram;
        for (int i = 1; i <= 100; ++i)
            histogram.record(double(i));
        QVERIFY(within(*histogram.quantile(0.5), 50));
        QVERIFY(within(*histogram.quantile(0.95), 95));
        QVERIFY(within(*histogram.quantile(0.951), 96));
        QVERIFY(within(*histogram.quantile(0.99), 99));
        QVERIFY(within(*histogram.quantile(1), 100));
        QVERIFY(within(*histogram.quantile(1e-9), 1));
        QVERIFY(std::abs(*histogram.mean() - 50.5) < 0.2);
        QVERIFY(!Histogram{}.quantile(0.5));
        QVERIFY(!Histogram{}.mean());
    }
    void bucketsTileTheAxis()
    {
        for (std::int32_t bucket = Histogram::bucketOf(0.001); bucket <= Histogram::bucketOf(1e7); ++bucket) {
            QVERIFY(std::abs(Histogram::upperEdge(bucket) / Histogram::lowerEdge(bucket + 1) - 1) < 1e-12);
            QCOMPARE(Histogram::bucketOf(Histogram::valueOf(bucket)), bucket);
            QVERIFY(within(Histogram::valueOf(bucket), Histogram::lowerEdge(bucket)));
            QVERIFY(within(Histogram::valueOf(bucket), Histogram::upperEdge(bucket)));
        }
    }
    void addingIsTheSameAsRecordingTogether()
    {
        Random random{2};
        Histogram a;
        Histogram b;
        Histogram together;
        for (int i = 0; i < 1000; ++i) {
            const double value = std::exp(random.normal());
            (i % 3 == 0 ? a : b).record(value);
            together.record(value);
        }
        Histogram sum = a;
        sum.add(b);
        QCOMPARE(sum, together);
        sum.add(Histogram{});
        QCOMPARE(sum, together);
        Histogram again;
        for (const auto& [index, count] : together.buckets())
            again.addBucket(index, count);
        QCOMPARE(again, together);
    }
    void keepsBucketsSortedAndNotEmpty()
    {
        Histogram histogram;
        for (const double value : {5.0, 1.0, 3.0, 1.0, 9.0})
            histogram.record(value);
        histogram.record(2, 0);
        QCOMPARE(histogram.buckets().size(), std::size_t{4});
        QVERIFY(std::ranges::is_sorted(histogram.buckets()));
    }
    void clampsWhatIsNoTime()
    {
        Histogram histogram;
        histogram.record(-1);
        histogram.record(0);
        histogram.record(std::numeric_limits<double>::quiet_NaN());
        histogram.addBucket(std::numeric_limits<std::int32_t>::min(), 1);
        QCOMPARE(histogram.buckets().size(), std::size_t{1});
        histogram.record(std::numeric_limits<double>::infinity());
        histogram.addBucket(std::numeric_limits<std::int32_t>::max(), 1);
        QCOMPARE(histogram.buckets().size(), std::size_t{2});
        QVERIFY(within(*histogram.quantile(1), 1e7));
        QVERIFY(within(*histogram.quantile(0.1), 1e-3));
    }
};

DROVER_TEST(TestHistogram)
#include "TestHistogram.moc"
