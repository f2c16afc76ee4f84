// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "report/SystemdUnits.h"
#include "support/TestMain.h"

#include <algorithm>

using namespace drover::report;

class TestSystemdUnits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingInAPathIsSystemdsOwn()
    {
        QCOMPARE(unitWord("/home/ann/a b"), std::string("\"/home/ann/a b\""));
        QCOMPARE(unitWord("/x/%h/$HOME/\"q\"\\n"), std::string("\"/x/%%h/$$HOME/\\\"q\\\"\\\\n\""));
    }
    void aServiceThatStaysAndATimerInsteadOfIt()
    {
        const std::vector<UnitFile> units = systemdUserUnits("/opt/drover/bin/droverctl", "/srv/shop 100%");
        const auto textOf = [&](const char* name) {
            const auto found = std::ranges::find(units, name, &UnitFile::name);
            return found == units.end() ? std::string() : found->text;
        };
        const std::string command = "ExecStart=\"/opt/drover/bin/droverctl\" --workspace \"/srv/shop 100%%\" agent";
        QVERIFY(textOf("drover-agent.service").find(command + "\n") != std::string::npos);
        QVERIFY(textOf("drover-rotation.service").find(command + " --once\n") != std::string::npos);
        QVERIFY(textOf("drover-rotation.timer").find("OnCalendar=*:0/15\nPersistent=true\n") != std::string::npos);
        for (const UnitFile& unit : units)
            QVERIFY(unit.text.ends_with('\n'));
    }
};

DROVER_TEST(TestSystemdUnits)
#include "TestSystemdUnits.moc"
