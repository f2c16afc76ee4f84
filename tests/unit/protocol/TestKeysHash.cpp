// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/redis/KeysHash.h"
#include "protocol/routing/Sealing.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::redis;

namespace {

SealedKey sealed(const std::string& text, const std::string& kek = "kek_ours")
{
    return {kek, {"api.holysheep.ai"}, text};
}

const std::set<std::string> ours{"kek_ours", "kek_older"};

} // namespace

// What Drover makes of holysheep:keys:encrypted, and what it changes there.
class TestKeysHash : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aValueIsThatOfKeysJson()
    {
        const SealedKey key = sealed("c2VhbGVk");
        const std::string text = writeSealedKey(key);
        QCOMPARE(text, std::string(R"({"v":1,"kek":"kek_ours","hosts":["api.holysheep.ai"],"sealed":"c2VhbGVk"})"));
        QVERIFY(parseSealedKey(text).value() == key);
        QCOMPARE(writeSealedKeys({{"k_01", key}}), "{\"k_01\":" + text + "}");
        // Unknown fields are kept; another version is not read.
        const auto more = parseSealedKey(R"({"v":1,"kek":"k","hosts":["h"],"sealed":"s","note":7})");
        QVERIFY(more.has_value());
        QVERIFY(writeSealedKey(*more).find("\"note\":7") != std::string::npos);
        for (const char* other : {R"({"v":2,"kek":"k","hosts":["h"],"sealed":"s"})", "sk-plain", "[]", ""})
            QVERIFY2(parseSealedKey(other).has_error(), other);
    }

    void readsOnlyWhatIsSealedWithOurKeks()
    {
        const RawKeys raw{{"k_01", writeSealedKey(sealed("a"))},
                          {"k_02", writeSealedKey(sealed("b", "kek_older"))},
                          {"k_theirs", writeSealedKey(sealed("c", "kek_theirs"))},
                          {"k_playbook", "AES:0123456789"}};
        const SealedKeys keys = keysOfWorkspace(raw, ours);
        QCOMPARE(keys.size(), std::size_t(2));
        QVERIFY(keys.contains("k_01") && keys.contains("k_02"));
        QVERIFY(keysOfWorkspace(raw, {}).empty());
        QCOMPARE(sealedKeysOf(raw).size(), std::size_t(3));
    }

    void readsTheReply()
    {
        Reply text{Reply::Kind::text, "k_01", 0, {}};
        Reply list{Reply::Kind::list, {}, 0, {text, text}};
        QVERIFY((rawKeysOf(list).value() == RawKeys{{"k_01", "k_01"}}));
        QVERIFY(rawKeysOf({Reply::Kind::list, {}, 0, {}}).value().empty());
        list.items.pop_back();
        QCOMPARE(rawKeysOf(list).error().code, Errc::protocol);
        QCOMPARE(rawKeysOf(text).error().code, Errc::protocol);
        QCOMPARE(rawKeysOf({Reply::Kind::error, "NOPERM no", 0, {}}).error().code, Errc::forbidden);
    }

    void changesTheFieldsThatDifferAndNoOther()
    {
        const std::string written = R"({ "v": 1, "kek": "kek_ours", "hosts": ["api.holysheep.ai"], "sealed": "a" })"; // by another hand
        const RawKeys stored{{"k_01", written}, {"k_02", writeSealedKey(sealed("b"))}, {"k_new", writeSealedKey(sealed("n"))}, {"other", "x"}};
        const SealedKeys expected{{"k_01", sealed("a")}, {"k_02", sealed("b")}};
        const SealedKeys next{{"k_02", sealed("b")}, {"k_03", sealed("c")}};
        const auto changes = changesOf(stored, expected, next, ours);
        QVERIFY(changes.has_value());
        // k_new came from another writer: it stays.
        const std::vector<FieldChange> wanted{{"k_01", written, std::nullopt}, {"k_03", std::nullopt, writeSealedKey(sealed("c"))}};
        QVERIFY(*changes == wanted);
        const std::vector<std::string> words = changeKeysCommand(*changes);
        QCOMPARE(words.size(), std::size_t(4 + 6));
        QCOMPARE(words[3], std::string("holysheep:keys:encrypted"));
        QCOMPARE(words[5], "=" + written);
        QCOMPARE(words[6], std::string());
    }

    void oneFieldOfTwoWritersIsAConflict_data()
    {
        QTest::addColumn<bool>("before");
        QTest::addColumn<QString>("stored");
        QTest::addColumn<bool>("after");
        QTest::addColumn<int>("changes"); // -1: conflict
        QTest::newRow("changed by another") << true << "z" << true << -1;
        QTest::newRow("removed by another, changed by us") << true << "" << true << -1;
        QTest::newRow("made by another") << false << "z" << true << -1;
        QTest::newRow("changed by another, removed by us") << true << "z" << false << -1;
        QTest::newRow("done already") << true << "b" << true << 0;
        QTest::newRow("removed already") << true << "" << false << 0;
        QTest::newRow("as expected") << true << "a" << true << 1;
    }
    void oneFieldOfTwoWritersIsAConflict()
    {
        QFETCH(bool, before);
        QFETCH(QString, stored);
        QFETCH(bool, after);
        QFETCH(int, changes);
        RawKeys raw;
        if (!stored.isEmpty())
            raw["k"] = writeSealedKey(sealed(stored.toStdString()));
        const auto planned = changesOf(raw, before ? SealedKeys{{"k", sealed("a")}} : SealedKeys{}, after ? SealedKeys{{"k", sealed("b")}} : SealedKeys{}, ours);
        QCOMPARE(planned.has_error(), changes < 0);
        if (planned.has_error())
            QCOMPARE(planned.error().code, Errc::conflict);
        else
            QCOMPARE(int(planned->size()), changes);
    }

    void aFieldThatIsNotOursIsNeverWrittenOver()
    {
        for (const std::string& theirs : {writeSealedKey(sealed("c", "kek_theirs")), std::string("AES:0123")}) {
            const auto planned = changesOf({{"k_01", theirs}}, {}, {{"k_01", sealed("a")}}, ours);
            QVERIFY(planned.has_error());
            QCOMPARE(planned.error().code, Errc::refused);
            QVERIFY(planned.error().where.find("k_01") != std::string::npos);
            QVERIFY(planned.error().what.find("0123") == std::string::npos);
        }
    }
};

DROVER_TEST(TestKeysHash)
#include "TestKeysHash.moc"
