// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "report/Texts.h"
#include "support/TestMain.h"

#include <QRegularExpression>
#include <QSet>

using namespace drover::report;

namespace {

QString wordsOf(Language language, std::size_t i)
{
    const std::string_view words = textIn(language, Text(i));
    return QString::fromUtf8(words.data(), qsizetype(words.size()));
}

QSet<QString> placesIn(const QString& words)
{
    static const QRegularExpression place(QStringLiteral("%[1-9]"));
    QSet<QString> places;
    for (auto found = place.globalMatch(words); found.hasNext();)
        places << found.next().captured();
    return places;
}

} // namespace

class TestTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothLanguagesFillTheSamePlaces()
    {
        for (std::size_t i = 0; i < textCount; ++i)
            QVERIFY2(placesIn(wordsOf(Language::en, i)) == placesIn(wordsOf(Language::zhCn, i)),
                     qPrintable(wordsOf(Language::en, i)));
    }
    void chineseIsTranslated()
    {
        static const QRegularExpression han(QStringLiteral("\\p{Han}"));
        for (std::size_t i = 0; i < textCount; ++i) {
            if (Text(i) == Text::none)
                continue;
            QVERIFY2(wordsOf(Language::zhCn, i).contains(han), qPrintable(wordsOf(Language::zhCn, i)));
            QVERIFY2(!wordsOf(Language::en, i).contains(han), qPrintable(wordsOf(Language::en, i)));
        }
    }
    void fillsPlacesInAnyOrder()
    {
        QCOMPARE(filled("%2 of %1, 95 % sure", {"a", "b"}), std::string("b of a, 95 % sure"));
        QCOMPARE(filled("%1%1%3", {"%2"}), std::string("%2%2%3"));
        QCOMPARE(filled("100%", {"x"}), std::string("100%"));
    }
    void languagesHaveNames()
    {
        QVERIFY(languageFrom("en") == Language::en);
        QVERIFY(languageFrom("zh_CN") == Language::zhCn);
        QVERIFY(languageFrom("zh-CN") == Language::zhCn);
        QVERIFY(!languageFrom("de"));
    }
};

DROVER_TEST(TestTexts)
#include "TestTexts.moc"
