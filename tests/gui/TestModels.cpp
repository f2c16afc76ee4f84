// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QAbstractItemModelTester>

#include "gui/models/ComparisonTableModel.h"
#include "gui/models/CostTableModel.h"
#include "gui/models/DecisionTableModel.h"
#include "gui/models/GatewayTableModel.h"
#include "gui/models/KeyTableModel.h"
#include "gui/models/LatencyTableModel.h"
#include "gui/Words.h"
#include "gui/models/TokenTableModel.h"
#include "gui/widgets/Decimate.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keys()
    {
        GuiStage stage;
        gui::KeyTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        const auto rows = stage.session.keyRows;
        model.setRows(rows, stage.clock.now());
        QCOMPARE(model.rowCount(), int(rows.size()));
        QCOMPARE(model.columnCount(), int(gui::KeyTableModel::ColumnCount));
        QCOMPARE(model.index(0, gui::KeyTableModel::Key).data().toString(), QStringLiteral("openai-production"));
        auto other = rows;
        std::reverse(other.begin(), other.end());
        const QPersistentModelIndex held{model.index(1, 0)};
        model.setRows(other, stage.clock.now());
        QCOMPARE(held.row(), int(rows.size()) - 2);
        other.erase(other.begin() + held.row());
        other.insert(other.begin(), rows[1]);
        other.front().record.id = "k_new";
        model.setRows(other, stage.clock.now());
        QVERIFY(!held.isValid());
        QCOMPARE(model.index(0, 0).data(gui::TableModel::CellRole).value<gui::Cell>().second.left(5), QStringLiteral("k_new"));
        model.setRows({rows.front()}, stage.clock.now());
        model.setRows({}, stage.clock.now());
        QCOMPARE(model.rowCount(), 0);
    }

    void gateways()
    {
        GuiStage stage;
        gui::GatewayTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        model.setRows(stage.session.gatewayRows, stage.clock.now());
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), int(gui::GatewayTableModel::ColumnCount));
        model.setRows({}, stage.clock.now());
    }

    void decisionsNewestFirst()
    {
        GuiStage stage;
        gui::DecisionTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        model.setRows(stage.session.current.decisions);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), int(gui::DecisionTableModel::ColumnCount));
        QCOMPARE(model.index(2, gui::DecisionTableModel::Step).data().toString(), QStringLiteral("Shadow"));
        model.setRows({});
    }

    void costs()
    {
        GuiStage stage;
        gui::CostTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        CostLine line;
        line.target = "holysheep";
        line.model = "unheard-of";
        model.setRows({line, line});
        QCOMPARE(model.columnCount(), int(gui::CostTableModel::ColumnCount));
        QCOMPARE(model.index(0, gui::CostTableModel::Cost).data().toString(), QStringLiteral("no price"));
        model.setRows({line});
    }

    void bothSidesOfACutover()
    {
        GuiStage stage;
        CutoverComparison cutover;
        for (int i = 0; i < 100; ++i) {
            cutover.before.total.record(200);
            cutover.after.total.record(300);
        }
        cutover.before.finishReasons = {{"stop", 3}, {"length", 1}};
        cutover.after.finishReasons = {{"stop", 4}};
        const auto valueNear = [](double ms) { return Histogram::valueOf(Histogram::bucketOf(ms)); };
        gui::ComparisonTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        model.setRows(gui::comparisonRows(cutover));
        QCOMPARE(model.columnCount(), int(gui::ComparisonTableModel::ColumnCount));
        QCOMPARE(model.rowCount(), 1 + 3 + 2);
        QCOMPARE(model.index(2, gui::ComparisonTableModel::Measure).data().toString(), QStringLiteral("Whole answer, p95"));
        QCOMPARE(model.index(2, gui::ComparisonTableModel::Change).data().toString(), u'+' + gui::percentText(valueNear(300) / valueNear(200) - 1, 1));
        QCOMPARE(model.index(4, gui::ComparisonTableModel::Change).data().toString(), QStringLiteral("-25.0 points"));
        QCOMPARE(model.index(4, gui::ComparisonTableModel::After).data().toString(), gui::percentText(0, 1));
        model.setRows({});
    }

    void tokens()
    {
        GuiStage stage;
        gui::TokenTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        model.setRows(stage.session.tokenRows, stage.clock.now());
        QCOMPARE(model.columnCount(), int(gui::TokenTableModel::ColumnCount));
        QCOMPARE(model.index(0, gui::TokenTableModel::Limit).data().toString(), QStringLiteral("None"));
        model.setRows({}, stage.clock.now());
    }

    void latencyLegacyFirst()
    {
        GuiStage stage;
        gui::LatencyTableModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Warning};
        ChartPoint newer;
        newer.target = "holysheep";
        newer.clients = 3;
        newer.requests = 4;
        newer.p50 = newer.p95 = newer.p99 = 12;
        ChartPoint legacy;
        legacy.target = "legacy";
        legacy.clients = legacy.requests = 5;
        legacy.errors = 1;
        model.setRows(gui::summarise({newer, legacy, newer}, {newer}));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.columnCount(), int(gui::LatencyTableModel::ColumnCount));
        QCOMPARE(model.index(0, gui::LatencyTableModel::Clients).data().toString(), QStringLiteral("5"));
        QCOMPARE(model.index(1, gui::LatencyTableModel::Clients).data().toString(), QStringLiteral("6"));
        QCOMPARE(model.index(1, gui::LatencyTableModel::Attempts).data().toString(), QStringLiteral("8"));
        QCOMPARE(model.index(0, gui::LatencyTableModel::P95).data().toString(), QStringLiteral("–"));
    }

    void decimationKeepsTheExtremes()
    {
        std::vector<QPointF> points;
        for (int i = 0; i < 10000; ++i)
            points.emplace_back(i, i == 5000 ? 1000 : i % 7);
        const auto kept = gui::decimate(points, 100);
        QVERIFY(kept.size() <= 200);
        QVERIFY(std::any_of(kept.begin(), kept.end(), [](const QPointF& p) { return p.y() == 1000; }));
        QCOMPARE(gui::decimate({{0, 1}, {1, 2}}, 100).size(), std::size_t(2));
        QVERIFY(std::is_sorted(kept.begin(), kept.end(), [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
    }
};

DROVER_TEST(TestModels)
#include "TestModels.moc"
