// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "base/Secret.h"
#include "protocol/routing/Sealing.h"
#include "protocol/scan/KeyScan.h"
#include "support/TestMain.h"

#include <array>
#include <cmath>

using namespace drover;

namespace {

constexpr std::string_view alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view hexadecimal = "0123456789abcdef";

std::string randomOf(Random& random, std::string_view letters, std::size_t length)
{
    std::string out;
    while (out.size() < length)
        out += letters[std::size_t(random.uniform() * double(letters.size()))];
    return out;
}

HeldKey held(const char* id, const std::string& key)
{
    const Secret secret(key);
    return {id, fingerprintOf(secret), secret.hint()};
}

// What stands in ordinary trees and begins like a key.
std::string lookAlike(Random& random, int kind)
{
    constexpr std::array<const char*, 12> words{"spinner", "container", "primary", "button", "checkout", "session", "handler", "response",
                                                "gateway", "customer", "address", "overview"};
    const auto word = [&] { return std::string(words[std::size_t(random.uniform() * words.size())]); };
    switch (kind) {
    case 0: return "sk-" + word() + "-" + word() + "-" + word() + "--active";
    case 1: return "cr_" + word() + "_" + word() + "_" + word() + "_id";
    case 2: return "hs_" + word() + "_" + word() + "_2026_11";
    case 3: return "sk-" + std::string(40, 'x');
    case 4: return "cr_your_key_goes_here_0000000000";
    case 5: return randomOf(random, hexadecimal, 40);                                       // a commit
    case 6: return randomOf(random, hexadecimal, 8) + "-" + randomOf(random, hexadecimal, 4) + "-4" + randomOf(random, hexadecimal, 3) + "-a" +
               randomOf(random, hexadecimal, 3) + "-" + randomOf(random, hexadecimal, 12);  // a UUID
    case 7: return "sha512-" + randomOf(random, alphanumeric, 86);                          // a lock file
    case 8: return "task-" + randomOf(random, alphanumeric, 30);                            // "sk-" inside a word
    default: return "hs_" + word() + "." + word() + "." + randomOf(random, "0123456789", 6); // a qualified name
    }
}

} // namespace

class TestKeyScan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsKeysByTheirPrefixes_data()
    {
        QTest::addColumn<QString>("key");
        Random random{3};
        for (const char* prefix : {"sk-", "sk-proj-", "sk-ant-api03-", "cr_", "hs_", "hsa_", "drv_"})
            for (int i = 0; i < 20; ++i)
                QTest::addRow("%s %d", prefix, i) << QString::fromStdString(prefix + randomOf(random, alphanumeric, 40));
    }
    void findsKeysByTheirPrefixes()
    {
        QFETCH(QString, key);
        const KeyScanner scanner({});
        const std::string text = "# notes\nexport API_KEY=\"" + key.toStdString() + "\"\n";
        const auto found = scanner.scan(text);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].line, std::size_t(2));
        QCOMPARE(found[0].column, std::size_t(17));
        QVERIFY(found[0].keyId.empty());
        QVERIFY(key.toStdString().starts_with(found[0].prefix));
        QVERIFY(!QString::fromStdString(found[0].hint).contains(key.mid(5, 20)));
    }

    void findsOurOwnWhateverTheyLookLike()
    {
        const std::string plain = "correct-horse-battery-staple";
        const std::string shortOne = "abcdefghijkl"; // its hint has no ending
        const KeyScanner scanner({held("k_01", plain), held("k_02", shortOne)});
        const auto found = scanner.scan("a: " + plain + ".\n\nb:" + shortOne + "\nc: correct-horse-battery-steaple\n", 10);
        QCOMPARE(found.size(), std::size_t(2));
        QCOMPARE(found[0].keyId, std::string("k_01"));
        QCOMPARE(found[0].line, std::size_t(10));
        QCOMPARE(found[1].keyId, std::string("k_02"));
        QCOMPARE(found[1].line, std::size_t(12));
    }

    // 10,000 look-alikes: at most one in a thousand is taken for a key. None is today.
    void passesOverLookAlikes()
    {
        Random random{17};
        const KeyScanner scanner({held("k_01", "cr_" + randomOf(random, alphanumeric, 40))});
        std::string text;
        for (int i = 0; i < 10'000; ++i)
            text += lookAlike(random, i % 10) + (i % 3 == 0 ? "\n" : " ");
        const auto found = scanner.scan(text);
        QVERIFY2(found.size() <= 10, qPrintable(QString::number(found.size())));
        qInfo("%zu of 10,000 look-alikes were taken for keys", found.size());
    }

    // Random keys of the shortest form we accept: how many are missed.
    void missesFewRandomKeys()
    {
        Random random{23};
        int missed = 0;
        for (int i = 0; i < 10'000; ++i)
            missed += looksLikeKey("cr_" + randomOf(random, alphanumeric, 24)) ? 0 : 1;
        QVERIFY2(missed <= 400, qPrintable(QString::number(missed))); // those without a digit
        int longMissed = 0;
        for (int i = 0; i < 10'000; ++i)
            longMissed += looksLikeKey("sk-" + randomOf(random, alphanumeric, 48)) ? 0 : 1;
        QVERIFY2(longMissed <= 100, qPrintable(QString::number(longMissed)));
    }

    void takesAnyBytes()
    {
        Random random{5};
        const KeyScanner scanner({held("k_01", "cr_" + randomOf(random, alphanumeric, 40))});
        for (int round = 0; round < 200; ++round) {
            std::string bytes;
            for (int i = 0; i < 2000; ++i)
                bytes += char(int(random.uniform() * 256));
            (void)scanner.scan(bytes);
        }
        QVERIFY(scanner.scan("").empty());
        QVERIFY(scanner.scan(std::string(1'000'000, 'a')).empty());
    }
};

DROVER_TEST(TestKeyScan)
#include "TestKeyScan.moc"
