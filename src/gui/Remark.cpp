// SPDX-License-Identifier: Apache-2.0
#include "gui/Remark.h"

#include <QCoreApplication>

#include "gui/Sentences.h"
#include "gui/Words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

struct Remarks {
    Q_DECLARE_TR_FUNCTIONS(Remark)
};

Remark leaseRemark(const MigrationNews& news)
{
    Remark remark{Tone::bad, Remarks::tr("The lease has run out: gateways serve Legacy by themselves"),
                  Remarks::tr("Resume to go on with a new generation."), true};
    if (news.status.phase == Phase::paused && !news.status.why.empty())
        remark.text = sentenceText(news.status.why) + u'\n' + remark.text;
    return remark;
}

Remark orphanRemark(const app::MigrationStatus& status)
{
    Remark remark{Tone::warn, Remarks::tr("No controller is running"), Remarks::tr("Resume takes the migration over in this console."), true};
    if (status.lease)
        remark.text = Remarks::tr("Nobody watches the abort rule. In %1 the lease ends, and all new requests go to Legacy.").arg(spanText(status.lease->left))
            + u'\n' + remark.text;
    if (status.phase == Phase::paused && !status.why.empty())
        remark.text = sentenceText(status.why) + u'\n' + remark.text;
    return remark;
}

} // namespace

std::optional<Remark> remarkOn(const MigrationNews& news)
{
    const app::MigrationStatus& status = news.status;
    if (status.phase == Phase::rolledBack)
        return Remark{Tone::bad, Remarks::tr("Rolled back: all new requests go to Legacy"), sentenceText(status.why)};
    if (!news.running())
        return std::nullopt;
    if (news.ended)
        return Remark{Tone::bad, Remarks::tr("The run in this console has ended: %1").arg(errorHeadline(*news.ended)),
                      text(describe(*news.ended)) + u'\n'
                          + (news.leaseExpired() ? Remarks::tr("The lease has run out: gateways serve Legacy by themselves.")
                                                 : Remarks::tr("Nobody renews the lease any more. Resume goes on from the journal.")),
                      true};
    if (news.leaseExpired())
        return leaseRemark(news);
    if (status.controller.empty())
        return orphanRemark(status);
    if (status.phase == Phase::paused)
        return Remark{Tone::warn, Remarks::tr("Paused"), sentenceText(status.why), true};
    if (status.holdingSince)
        return Remark{Tone::warn, Remarks::tr("A gate failed: the share is held since %1").arg(clockText(*status.holdingSince)),
                      Remarks::tr("Advance by hand with a reason, pause, or roll back.")};
    return std::nullopt;
}

QString shareText(const MigrationNews& news)
{
    if (!news.running())
        return {};
    const app::MigrationStatus& status = news.status;
    if (news.leaseExpired())
        return Remarks::tr("Legacy (lease expired)");
    if (status.shareServed && status.shareConfigured > 0)
        return Remarks::tr("HolySheep %1 served, %2 ordered").arg(percentText(*status.shareServed, 1), percentText(status.shareConfigured));
    return Remarks::tr("HolySheep %1").arg(percentText(status.shareConfigured));
}

QString outlookText(const MigrationNews& news)
{
    const app::MigrationStatus& status = news.status;
    if (isFinal(status.phase))
        return Remarks::tr("Migration %1 under policy %2").arg(text(status.id), text(status.policy));
    if (news.leaseExpired())
        return Remarks::tr("Gateways serve Legacy until it is resumed.");
    if (status.controller.empty())
        return Remarks::tr("Nothing moves until it is resumed.");
    if (status.phase == Phase::paused)
        return Remarks::tr("The share is held; the abort rule is still watched.");
    if (status.nextAction.empty())
        return {};
    return status.notBefore ? Remarks::tr("Next: %1, not before %2").arg(nextActionText(status.nextAction), dateTimeText(*status.notBefore))
                            : Remarks::tr("Next: %1").arg(nextActionText(status.nextAction));
}

} // namespace drover::gui
