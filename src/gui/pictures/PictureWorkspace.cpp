// SPDX-License-Identifier: Apache-2.0
#include "gui/pictures/PictureWorkspace.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

constexpr Duration patience = 180s;  // a slow machine is no failure
constexpr int lookMs = 100;
constexpr std::uint64_t enoughRequests = 1500; // on the step, for charts and intervals that say something

const char* const policyResource = ":/pictures/mid-canary.toml";
const char* const policyFile = "mid-canary.toml";

bool everyGateHasEvidence(const app::MigrationStatus& status)
{
    return !status.gates.empty() && std::ranges::all_of(status.gates, [](const GateResult& gate) { return gate.n > 0; });
}

} // namespace

Task<void> waitFor(int ms)
{
    Later<bool>::Start start = [ms](Later<bool>::Resolve resolve) -> std::shared_ptr<void> {
        const std::shared_ptr<QTimer> timer(new QTimer, [](QTimer* gone) { gone->deleteLater(); });
        timer->setSingleShot(true);
        QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [resolve] { resolve(true); });
        timer->start(ms);
        return timer;
    };
    Later<bool> over{std::move(start)};
    co_await over;
}

void PictureWorkspace::say(std::string text) const
{
    if (progress_)
        progress_(std::move(text));
}

Task<Result<void>> PictureWorkspace::open()
{
    DROVER_CO_TRY(session_, co_await workplace_.sandbox(progress_));
    watching_ = session_->migration().watch([this](const MigrationNews& news) { status_ = news.status; });
    DROVER_CO_TRY(const std::vector<app::KeyRow> keys, co_await session_->keys().list());
    for (const app::KeyRow& row : keys)
        if (row.record.target == "holysheep")
            provenKey_ = row.record;
    // What a workspace has after some weeks of use.
    app::KeyAddition standby;
    standby.name = "eu-standby";
    DROVER_CO_CHECK(co_await session_->keys().add(std::move(standby), Secret("cr_" + std::string(24, '0'))));
    app::TokenRequest checkout;
    checkout.name = "checkout-service";
    DROVER_CO_CHECK(co_await session_->gateways().createToken(std::move(checkout)));
    app::TokenRequest search;
    search.name = "search-assistant";
    search.models = {"gpt-4.1", "gpt-4.1-mini"};
    search.requestsPerMinute = 1200;
    search.days = 90;
    DROVER_CO_CHECK(co_await session_->gateways().createToken(std::move(search)));
    DROVER_CO_CHECK(co_await session_->gateways().start());
    co_return co_await leaveKeysAbout();
}

QString PictureWorkspace::exampleFolder() const { return text(session_->settings().facts().folder) + u"/example"_s; }

Task<Result<void>> PictureWorkspace::leaveKeysAbout()
{
    std::string typed = provenKey_.name.empty() ? provenKey_.id : provenKey_.name;
    DROVER_CO_TRY(const Secret key, co_await session_->keys().reveal(provenKey_.id, std::move(typed)));
    QFile file(exampleFolder() + u"/.env"_s);
    if (!QDir().mkpath(exampleFolder()) || !file.open(QIODevice::WriteOnly))
        co_return Error{Errc::io, "the file cannot be written", file.fileName().toStdString()};
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    // The other one looks like a key, and nobody ever made it.
    file.write("# of the checkout service\nLOG_LEVEL=info\nOPENAI_API_KEY=sk-");
    file.write(QCryptographicHash::hash("drover pictures", QCryptographicHash::Sha256).toBase64(QByteArray::Base64UrlEncoding).left(40));
    file.write("\nHOLYSHEEP_API_KEY=");
    key.reveal([&file](std::string_view plain) { file.write(plain.data(), qint64(plain.size())); });
    file.write("\n");
    co_return Result<void>{};
}

Task<Result<void>> PictureWorkspace::toMidCanary()
{
    const QString file = text(session_->settings().facts().folder) + u'/' + QLatin1StringView(policyFile);
    if (!QFile::copy(QLatin1StringView(policyResource), file))
        co_return Error{Errc::io, "the policy cannot be written", file.toStdString()};
    StartRequest request;
    request.policy = policyFile;
    request.reason = "pictures";
    DROVER_CO_CHECK(co_await session_->migration().start(std::move(request)));
    co_return co_await until("mid-canary", [](const app::MigrationStatus& status) {
        return status.phase == Phase::canary && status.step == 2 && everyGateHasEvidence(status) &&
               status.evidence.clientRequests >= enoughRequests;
    });
}

Task<Result<void>> PictureWorkspace::toDone()
{
    DROVER_CO_CHECK(co_await session_->migration().order(OrderVerb::advance, "every gate has passed since"));
    co_return co_await until("the end of the migration", [](const app::MigrationStatus& status) { return status.phase == Phase::done; });
}

Task<Result<void>> PictureWorkspace::until(std::string what, Condition reached)
{
    say("waiting for " + what);
    const Deadline deadline = Deadline::in(session_->clock(), patience);
    while (!reached(status_)) {
        if (status_.phase == Phase::paused || status_.phase == Phase::rolledBack)
            co_return Error{Errc::refused, "the migration went another way: " + status_.why, what};
        if (deadline.passed())
            co_return Error{Errc::timeout, "the migration did not come to it in time", what};
        co_await waitFor(lookMs);
    }
    co_return Result<void>{};
}

} // namespace drover::gui
