// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyService.h"
#include "gui/Remark.h"
#include "gui/Sentences.h"
#include "gui/Words.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

bool hasChinese(const QString& said)
{
    return std::any_of(said.begin(), said.end(), [](QChar c) { return c.script() == QChar::Script_Han; });
}

// "no" is what a service said, and left as it is.
void everyLineIsChinese(const RotationPlan& plan)
{
    for (const RotationPlan::Line& line : plan.history())
        QVERIFY2(line.text == "no" || hasChinese(gui::sentenceText(line.text)), line.text.c_str());
}

} // namespace

class TestWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // What the plan, the inventory and the settings say, made by themselves where they can be: a reworded one is found.
    void sentencesOfFixedFormAreTranslated()
    {
        GuiStage stage;
        stage.appearance.setLanguage(QStringLiteral("zh_CN"));
        TargetEvidence sick;
        sick.byClass[std::size_t(ErrorClass::ok)] = 1500;
        sick.byClass[std::size_t(ErrorClass::upstream)] = 500;
        std::vector<std::string> said{judgeAbort(sick, 0.05).text, "Paused by ann: lunch", "Rolled back by ann",
                                      "The routing document could not be written: the disk is full",
                                      "The lease ran out: gateways send new requests to legacy until the migration is resumed",
                                      "no client token yet: tokens create NAME", "starting a gateway", "10 % of the target's requests"};
        for (const char* text : {"drv_0123456789", "k_0123456789", "https://api.example/v1", "short", "two words in it"})
            said.push_back(app::whyNoKey(text, {}));
        said.push_back(app::prefixWarning("zz_0123456789", "holysheep"));
        said.push_back(app::prefixWarning("hs_0123456789", "legacy"));
        for (const std::string& english : said) {
            QVERIFY2(!english.empty(), "nothing was said");
            QVERIFY2(hasChinese(gui::sentenceText(english)), english.c_str());
        }
        QVERIFY(gui::sentenceText("Paused by ann: lunch").contains(QStringLiteral("lunch")));
        QVERIFY(gui::sentenceText(judgeAbort(sick, 0.05).text).contains(QStringLiteral("2,000")));
        stage.appearance.setLanguage(QStringLiteral("en"));
        QCOMPARE(gui::sentenceText("a provider's own word"), QStringLiteral("a provider's own word"));
    }

    void everyLineOfARotationIsTranslated()
    {
        GuiStage stage;
        stage.appearance.setLanguage(QStringLiteral("zh_CN"));
        const WallTime now = stage.clock.now();
        RotationStarted started;
        started.currentKey = "k_old";
        started.liveKeys = 1;
        started.policy.minKeys = 1;
        started.left = {"k_left", "k_other"};
        started.idle = true;
        const std::vector<RotationEvent> upToThePromotion{started, KeyMinted{"k_new", "n", now}, KeyStored{"k_new", 1, now},
                                                          KeyProven{"k_new", {"main"}, now}, KeyPublished{"k_new", now}, WeightsServed{5, now}};
        const StepFailed no{Errc::forbidden, "no", now};
        const std::vector<std::vector<RotationEvent>> ways{
            {KeyPromoted{"k_new", now}, KeyQuiet{"k_old", now}, KeyRevoked{"k_old", now}, KeyQuiet{"k_left", now}, KeyRevoked{"k_left", now},
             KeyQuiet{"k_other", now}, no},
            {KeyPromoted{"k_new", now}, KeyQuiet{"k_old", now}, no},
            {no, no},
            {no, PromotionReconciled{"k_new", now}, no},
            {no, PromotionReconciled{"k_old", now}, no}};
        for (const auto& way : ways) {
            RotationPlan plan;
            for (const RotationEvent& event : upToThePromotion)
                plan.resume(event);
            for (const RotationEvent& event : way)
                plan.resume(event);
            everyLineIsChinese(plan);
        }
        for (const StepFailed& last : {no, StepFailed{Errc::timeout, "no", now}}) {
            RotationPlan byHand;
            for (const RotationEvent& event : std::vector<RotationEvent>{started, PersonNeeded{now}, last, last})
                byHand.resume(event);
            everyLineIsChinese(byHand);
            RotationPlan unknown;
            for (const RotationEvent& event : std::vector<RotationEvent>{started, StepFailed{Errc::timeout, "no", now}, last})
                unknown.resume(event);
            everyLineIsChinese(unknown);
        }
    }

    void theLeaseBeatsThePause()
    {
        GuiStage stage;
        stage.session.current.phase = Phase::paused;
        stage.session.current.pausedIn = Phase::canary;
        QCOMPARE(gui::remarkOn(stage.session.news())->headline, QStringLiteral("Paused"));
        QVERIFY(gui::outlookText(stage.session.news()).contains(QStringLiteral("abort rule is still watched")));
        stage.session.current.controller.clear();
        QCOMPARE(gui::remarkOn(stage.session.news())->headline, QStringLiteral("No controller is running"));
        QVERIFY(!gui::outlookText(stage.session.news()).contains(QStringLiteral("watched")));
        stage.session.current.lease->expired = true;
        QVERIFY(gui::remarkOn(stage.session.news())->headline.contains(QStringLiteral("gateways serve Legacy")));
        QVERIFY(gui::outlookText(stage.session.news()).contains(QStringLiteral("Gateways serve Legacy")));
        QCOMPARE(gui::shareText(stage.session.news()), QStringLiteral("Legacy (lease expired)"));
    }

    void theHeaderSaysWhatIsServed()
    {
        GuiStage stage;
        QVERIFY(gui::shareText(stage.session.news()).contains(gui::percentText(0.2473, 1)));
        stage.session.current.shareServed.reset();
        QVERIFY(gui::shareText(stage.session.news()).contains(gui::percentText(0.25)));
        stage.session.current.phase = Phase::done;
        QVERIFY(gui::shareText(stage.session.news()).isEmpty());
    }

    void savingsSayWhichWay()
    {
        GuiStage stage;
        const auto usd = [](const char* amount) { return Money::parse(amount).value(); };
        QVERIFY(gui::savingText(usd("100"), usd("90")).contains(QStringLiteral("less")));
        QVERIFY(gui::savingText(usd("90"), usd("100")).contains(QStringLiteral("more")));
        QCOMPARE(gui::savingText(usd("90"), usd("90")), QStringLiteral("as much as on Legacy"));
        QCOMPARE(gui::savingText(usd("0"), usd("0")), QStringLiteral("as much as on Legacy"));
    }
};

DROVER_TEST(TestWords)
#include "TestWords.moc"
