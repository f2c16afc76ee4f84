// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/World.h"
#include "sandbox/control/Control.h"
#include "sandbox/json/Json.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::sandbox;

class TestControl : public QObject {
    Q_OBJECT

    struct House {
        test::ManualClock clock;
        World world{*scenarioNamed("healthy"), 1, clock};

        Json ask(const char* method, const char* target, const char* body = "", int status = 200)
        {
            const auto reply = answerControl(world, method, target, body);
            if (reply.status != status)
                return {};
            return Json::parse(reply.parts.at(0)).value_or(Json{});
        }
    };
    static int chat(Provider& provider, const std::string& key, Region region = Region::main)
    {
        const auto reply = provider.reply({region, "POST", "/v1/chat/completions", key,
                                           "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"});
        return reply.end == Reply::End::complete ? reply.status : 0;
    }

private Q_SLOTS:
    void theDashboardMintsAndCounts()
    {
        House house;
        const auto minted = house.ask("POST", "/keys", "{\"target\":\"legacy\",\"name\":\"first\"}", 201);
        const auto key = minted["api_key"].asString();
        QVERIFY(key != nullptr);
        QCOMPARE(chat(house.world.legacy, *key), 200);
        QCOMPARE(chat(house.world.legacy, *key), 200);
        const auto counts = house.ask("GET", "/counts");
        QCOMPARE(*counts["legacy"]["requests"].asInteger(), 2);
        QCOMPARE(*counts["legacy"]["by_key"][*minted["key_id"].asString()].asInteger(), 2);
        QCOMPARE(*counts["holysheep"]["requests"].asInteger(), 0);
        const auto listed = goJson(house.ask("GET", "/keys"));
        QVERIFY(listed.find("first") != std::string::npos);
        QVERIFY(listed.find(*key) == std::string::npos);
        house.ask("POST", "/keys", "{\"target\":\"holysheep\",\"api_key\":\"cr_given\"}", 201);
        QCOMPARE(chat(house.world.holysheep, "cr_given"), 200);
        QVERIFY(!house.ask("POST", "/keys", "{\"target\":\"other\"}", 400).isNull());
    }
    void faultsAreSwitchedAtRunTime()
    {
        House house;
        const auto minted = house.ask("POST", "/keys", "{\"target\":\"holysheep\"}", 201);
        const auto key = *minted["api_key"].asString();
        auto& provider = house.world.holysheep;
        house.ask("POST", "/fault", "{\"target\":\"holysheep\",\"error_rate\":1}");
        QVERIFY(chat(provider, key) != 200);
        house.ask("POST", "/fault", "{\"target\":\"holysheep\",\"error_rate\":0,\"down\":\"eu-west\"}");
        QCOMPARE(chat(provider, key), 200);
        QCOMPARE(chat(provider, key, Region::euWest), 0);
        house.ask("POST", "/fault", "{\"target\":\"holysheep\",\"up\":\"eu-west\",\"hang\":true}");
        QCOMPARE(chat(provider, key, Region::euWest), 0);
        house.ask("POST", "/fault", "{\"target\":\"holysheep\",\"hang\":false}");
        QCOMPARE(chat(provider, key, Region::euWest), 200);
    }
    void aWrongFaultChangesNothing()
    {
        House house;
        const auto before = house.world.behaviour.law(Side::holysheep);
        const auto wrong = house.ask("POST", "/fault", "{\"target\":\"holysheep\",\"error_rate\":0.5,\"noise\":2}", 400);
        QVERIFY(wrong["error"].asString()->find("noise") != std::string::npos);
        QVERIFY(house.world.behaviour.law(Side::holysheep) == before);
        for (const char* bad : {"[]", "{", "{\"target\":\"x\"}", "{\"target\":\"legacy\",\"speed\":1}", "{\"vault\":\"open\"}",
                                "{\"target\":\"legacy\",\"p50_ms\":900}"})
            QVERIFY2(!house.ask("POST", "/fault", bad, 400).isNull(), bad);
    }
    void vaultIsSealedAndOpened()
    {
        House house;
        const auto token = *house.ask("POST", "/vault/token", "", 201)["token"].asString();
        const auto status = [&] { return house.world.vault.handle({"GET", "/v1/secret/data/x", token, {}, {}}).status; };
        QCOMPARE(status(), 404);
        house.ask("POST", "/fault", "{\"vault\":\"seal\"}");
        QCOMPARE(status(), 503);
        house.ask("POST", "/fault", "{\"vault\":\"unseal\"}");
        QCOMPARE(status(), 404);
    }
    void whatIsNotThereIs404()
    {
        House house;
        QVERIFY(!house.ask("GET", "/count", "", 404).isNull());
        QVERIFY(!house.ask("DELETE", "/keys", "", 404).isNull());
        QVERIFY(!house.ask("GET", "/requests?since=x", "", 400).isNull());
        QCOMPARE(answerControl(house.world, "GET", "/requests?since=5", "").status, 200);
    }
};

DROVER_TEST(TestControl)
#include "TestControl.moc"
