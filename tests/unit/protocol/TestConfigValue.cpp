// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/config/WorkspaceConfig.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

constexpr std::string_view startingFile = "# Settings, ü first\n"
                                          "[gateway]  # the data plane\n"
                                          "listen = \"127.0.0.1:8080\" # ours\n"
                                          "\n"
                                          "# how long\n"
                                          "[retention]\n"
                                          "requests_days = 30\n"
                                          "\n"
                                          "[targets.legacy]\n"
                                          "openai = \"https://api.openai.com/v1\"\n"
                                          "models = {\"a\" = \"b\"}\n";

std::string changed(std::string_view key, std::string_view value, std::string_view text = startingFile)
{
    const auto result = setConfigValue(text, key, value, "drover.toml");
    return result.has_value() ? *result : "error: " + describe(result.error());
}

std::string replaced(std::string_view from, std::string_view to)
{
    std::string text(startingFile);
    return text.replace(text.find(from), from.size(), to);
}

std::string value(std::string_view text, std::string_view key)
{
    const auto result = getConfigValue(text, key, "drover.toml");
    return result.has_value() ? *result : "error: " + describe(result.error());
}

} // namespace

class TestConfigValue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesInPlaceAndKeepsTheRest()
    {
        QCOMPARE(changed("gateway.listen", "0.0.0.0:9000"), replaced("127.0.0.1:8080", "0.0.0.0:9000"));
        QCOMPARE(changed("retention.requests_days", "7"), replaced("= 30", "= 7"));
        QCOMPARE(changed("targets.legacy.models.a", "c"), replaced("\"b\"", "\"c\""));
    }
    void addsBehindTheTablesLastKey()
    {
        QCOMPARE(changed("gateway.admin_listen", "127.0.0.1:1"),
                 replaced("# ours\n", "# ours\nadmin_listen = \"127.0.0.1:1\"\n"));
        QCOMPARE(changed("targets.legacy.price_book", "legacy"),
                 std::string(startingFile) + "price_book = \"legacy\"\n");
    }
    void addsATableWhereThereIsNone()
    {
        QCOMPARE(changed("gcp.credentials", "file:sa.json"),
                 std::string(startingFile) + "\n[gcp]\ncredentials = \"file:sa.json\"\n");
        QCOMPARE(changed("vault.address", "https://vault.example"),
                 std::string(startingFile) + "\n[vault]\naddress = \"https://vault.example\"\n");
        QCOMPARE(changed("gateway.listen", "127.0.0.1:1", ""), std::string("\n[gateway]\nlisten = \"127.0.0.1:1\"\n"));
        QCOMPARE(changed("gateway.listen", "127.0.0.1:1", "[gateway]"),
                 std::string("[gateway]\nlisten = \"127.0.0.1:1\"\n"));
    }
    void addsToAnInlineTable()
    {
        const std::string text = changed("targets.legacy.models.\"gpt-4.1\"", "x");
        QCOMPARE(value(text, "targets.legacy.models.\"gpt-4.1\""), std::string("x"));
        QCOMPARE(value(text, "targets.legacy.models.a"), std::string("b"));
    }
    void writesEachKindOfValue()
    {
        constexpr std::string_view here = "[targets.legacy]\nopenai = \"http://127.0.0.1:1/v1\"\n"
                                          "[targets.holysheep]\nopenai = \"http://[::1]:2/v1\"\n";
        QVERIFY(changed("workspace.sandbox", "true", here).ends_with("[workspace]\nsandbox = true\n"));
        QCOMPARE(value(changed("gateway.sticky", "X-A, X-B"), "gateway.sticky"), std::string("X-A,X-B"));
        QCOMPARE(value(changed("workspace.name", "a \"b\" \\ c"), "workspace.name"), std::string("a \"b\" \\ c"));
    }
    void refusesWhatWouldNotBeValid()
    {
        const auto code = [](std::string_view key, std::string_view text) {
            return setConfigValue(startingFile, key, text, "drover.toml").error().code;
        };
        QCOMPARE(code("gateway.listen", "nowhere"), Errc::invalidInput);
        QCOMPARE(code("gateway.speed", "fast"), Errc::invalidInput);
        QCOMPARE(code("retention.requests_days", "many"), Errc::invalidInput);
        QCOMPARE(code("workspace.sandbox", "yes"), Errc::invalidInput);
        QCOMPARE(code("workspace.sandbox", "true"), Errc::invalidInput); // its targets are real
        QCOMPARE(code("targets.legacy", "x"), Errc::invalidInput);
        QCOMPARE(code("", "x"), Errc::invalidInput);
        QCOMPARE(code("gateway..listen", "x"), Errc::invalidInput);
        QCOMPARE(code("vault.token", "hvs.plain"), Errc::invalidInput);
        QCOMPARE(code("vault.secret_id", "planted"), Errc::invalidInput);
        QCOMPARE(code("vault.secret_id_wrapped", "yes"), Errc::invalidInput);
        QCOMPARE(code("azure.client_secret", "abc~plain"), Errc::invalidInput);
        QCOMPARE(code("aws.endpoint", "http://aws.example"), Errc::invalidInput);
        QVERIFY(!setConfigValue("[broken", "gateway.listen", "127.0.0.1:1", "f").has_value());
    }
    void readsValuesAndDefaults()
    {
        QCOMPARE(value(startingFile, "gateway.listen"), std::string("127.0.0.1:8080"));
        QCOMPARE(value(startingFile, "gateway.admin_listen"), std::string("127.0.0.1:8081"));
        QCOMPARE(value(startingFile, "targets.holysheep.openai"), std::string("https://api.holysheep.ai/v1"));
        QCOMPARE(value(startingFile, "retention.evidence_days"), std::string("90"));
        QCOMPARE(getConfigValue(startingFile, "gateway.speed", "f").error().code, Errc::notFound);
    }
};

DROVER_TEST(TestConfigValue)
#include "TestConfigValue.moc"
