// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include "base/Clock.h"
#include "gateway/Owners.h"
#include "support/LoopThread.h"
#include "support/TestMain.h"

#include <fstream>

using namespace drover;
using namespace drover::gateway;
using drover::test::eventually;

namespace {

struct House {
    QTemporaryDir folder;
    std::filesystem::path root{folder.path().toStdString()};
    std::filesystem::path owners{root / "owners"};
    SystemClock clock;
    Log log{clock, [](std::string_view) {}};

    std::filesystem::path fileOf(const std::string& gateway) const { return owners / (gateway + ".txt"); }
    std::size_t linesOf(const std::string& gateway) const
    {
        std::ifstream in(fileOf(gateway));
        std::size_t count = 0;
        for (std::string line; std::getline(in, line);)
            ++count;
        return count;
    }
    void write(const std::string& gateway, const std::string& text, std::chrono::hours age)
    {
        std::filesystem::create_directories(owners);
        std::ofstream(fileOf(gateway)) << text;
        std::filesystem::last_write_time(fileOf(gateway), std::filesystem::file_time_type::clock::now() - age);
    }
};

} // namespace

class TestOwners final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A client may ask another gateway than the one that made its response.
    void whatOneLearnsTheOthersKnow()
    {
        House house;
        FileWriter writer{house.log};
        Owners one{writer, house.owners, "g_1"};
        Owners other{writer, house.owners, "g_2"};
        one.load(house.clock.now());
        other.load(house.clock.now());
        for (const std::string id : {"resp_1", "resp_2"}) {
            one.add(id, "holysheep");
            QVERIFY(eventually([&] {
                other.look();
                return other.find(id) == "holysheep";
            }));
        }
        QCOMPARE(other.findInPath("/v1/responses/resp_2/cancel"), std::string("holysheep"));
    }

    void aLineThatIsBeingWrittenIsNotRead()
    {
        House house;
        house.write("g_1", "legacy file-1\nholysheep resp_1", std::chrono::hours(0));
        FileWriter writer{house.log};
        Owners owners{writer, house.owners, "g_2"};
        owners.load(house.clock.now());
        QCOMPARE(owners.size(), std::size_t(1));
        std::ofstream(house.fileOf("g_1"), std::ios::app) << "23\n";
        owners.look();
        QCOMPARE(owners.find("resp_123"), std::string("holysheep"));
    }

    void itsFileStaysBounded()
    {
        constexpr std::size_t limit = 10;
        House house;
        {
            FileWriter writer{house.log};
            Owners owners{writer, house.owners, "g_1", limit};
            owners.load(house.clock.now());
            for (int i = 0; i < 95; ++i)
                owners.add("resp_" + std::to_string(i), "holysheep");
            QCOMPARE(owners.size(), limit);
        }
        QVERIFY(house.linesOf("g_1") <= 2 * limit);
        FileWriter writer{house.log};
        Owners again{writer, house.owners, "g_1", limit};
        again.load(house.clock.now());
        QCOMPARE(again.find("resp_94"), std::string("holysheep"));
        QCOMPARE(again.find("resp_85"), std::string("holysheep"));
        QCOMPARE(again.find("resp_84"), std::string());
    }

    // A gateway has a new id with each start: what the old ones knew is taken over, and their files go.
    void filesOfGatewaysThatAreGoneAreTakenOver()
    {
        House house;
        house.write("g_gone", "legacy file-1\n", std::chrono::hours(2));
        house.write("g_quiet", "legacy file-2\n", std::chrono::hours(2));
        std::filesystem::create_directories(house.root / "acks");
        std::ofstream(house.root / "acks" / "g_quiet.json") << "{}"; // it lives, and has had nothing to write
        {
            FileWriter writer{house.log};
            Owners owners{writer, house.owners, "g_new"};
            owners.load(house.clock.now());
            QCOMPARE(owners.find("file-1"), std::string("legacy"));
        }
        QVERIFY(!std::filesystem::exists(house.fileOf("g_gone")));
        QVERIFY(std::filesystem::exists(house.fileOf("g_quiet")));
        FileWriter writer{house.log};
        Owners next{writer, house.owners, "g_next"};
        next.load(house.clock.now());
        QCOMPARE(next.find("file-1"), std::string("legacy"));
    }
};

DROVER_TEST(TestOwners)
#include "TestOwners.moc"
