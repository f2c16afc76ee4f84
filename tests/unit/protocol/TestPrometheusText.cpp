// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/prometheus/TextFormat.h"
#include "support/TestMain.h"

#include <array>
#include <limits>

using namespace drover;

class TestPrometheusText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesFamiliesAndSamples()
    {
        std::string out;
        PrometheusText text{out};
        text.begin("drover_requests_total", "counter", "Requests.\nA back\\slash.");
        text.sample({{"target", "legacy"}, {"class", "o\"k\\\n"}}, 3);
        text.begin("drover_generation", "gauge", "Generation.");
        text.sample(42);
        QCOMPARE(out, std::string("# HELP drover_requests_total Requests.\\nA back\\\\slash.\n"
                                  "# TYPE drover_requests_total counter\n"
                                  "drover_requests_total{target=\"legacy\",class=\"o\\\"k\\\\\\n\"} 3\n"
                                  "# HELP drover_generation Generation.\n# TYPE drover_generation gauge\n"
                                  "drover_generation 42\n"));
    }
    void histogramsAreCumulative()
    {
        std::string out;
        PrometheusText text{out};
        text.begin("t", "histogram", "h");
        const std::array<double, 2> edges{0.1, 2.5};
        const std::array<std::uint64_t, 3> counts{1, 2, 4};
        text.histogram({{"target", "a"}}, edges, counts, 12.25);
        QCOMPARE(out, std::string("# HELP t h\n# TYPE t histogram\nt_bucket{target=\"a\",le=\"0.1\"} 1\n"
                                  "t_bucket{target=\"a\",le=\"2.5\"} 3\nt_bucket{target=\"a\",le=\"+Inf\"} 7\n"
                                  "t_sum{target=\"a\"} 12.25\nt_count{target=\"a\"} 7\n"));
    }
    void oddNumbersHaveTheirNames()
    {
        std::string out;
        PrometheusText text{out};
        text.begin("x", "gauge", "h");
        out.clear();
        text.sample(std::numeric_limits<double>::infinity());
        text.sample(-std::numeric_limits<double>::infinity());
        text.sample(std::numeric_limits<double>::quiet_NaN());
        QCOMPARE(out, std::string("x +Inf\nx -Inf\nx NaN\n"));
    }
};

DROVER_TEST(TestPrometheusText)
#include "TestPrometheusText.moc"
