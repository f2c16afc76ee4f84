// SPDX-License-Identifier: Apache-2.0
#include "app/MigrationStatus.h"

#include "app/RoutingDesk.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <variant>

namespace drover::app {
namespace {

QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), qsizetype(value.size()));
}

QJsonValue orNull(const std::optional<double>& value)
{
    return value ? QJsonValue(*value) : QJsonValue(QJsonValue::Null);
}

QJsonValue orNull(std::string_view value)
{
    return value.empty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text(value));
}

std::optional<double> part(std::uint64_t of, std::uint64_t whole)
{
    if (whole == 0)
        return std::nullopt;
    return double(of) / double(whole);
}

QJsonObject gateObject(const GateResult& gate)
{
    return {{QStringLiteral("name"), text(gate.name)},
            {QStringLiteral("verdict"), text(verdictName(gate.verdict))},
            {QStringLiteral("estimate"), gate.estimate},
            {QStringLiteral("low"), gate.low},
            {QStringLiteral("high"), gate.high},
            {QStringLiteral("limit"), gate.limit},
            {QStringLiteral("n"), double(gate.n)},
            {QStringLiteral("needed"), double(gate.needed)},
            {QStringLiteral("text"), text(gate.text)}};
}

std::optional<MigrationStatus::Lease> leaseOf(const StatusSources& sources)
{
    if (!sources.document || !hasLease(sources.document->phase))
        return std::nullopt;
    MigrationStatus::Lease lease;
    lease.length = fromSeconds(sources.document->leaseS);
    lease.left = std::max(Duration{0}, sources.document->writtenAt + lease.length - sources.now);
    lease.expired = lease.left == Duration{0};
    for (const GatewayAck& ack : sources.acks)
        lease.expired = lease.expired || (ack.leaseExpired && ack.at + ackLife >= sources.now);
    return lease;
}

MigrationStatus::Rotation rotationOf(const StatusSources& sources)
{
    MigrationStatus::Rotation rotation{"none", "none", {}, 0, {}, {}};
    if (sources.rotation == nullptr)
        return rotation;
    rotation.state = rotationStateName(sources.rotation->state());
    rotation.outcome = sources.rotation->outcome();
    rotation.keyId = sources.rotation->newKey();
    rotation.weight = sources.rotation->newWeight();
    rotation.why = sources.rotation->why();
    rotation.history = sources.rotation->history();
    return rotation;
}

// What every gateway serves counts, whether or not a controller has taken note of it.
void takeRollback(MigrationStatus& status, const RoutingDocument& document)
{
    status.phase = Phase::rolledBack;
    status.pausedIn = Phase::idle;
    status.step = 0;
    status.shareConfigured = 0;
    status.generation = document.generation;
    status.gates.clear();
    status.nextAction.clear();
    status.notBefore.reset();
    status.holdingSince.reset();
    status.why = "Rolled back by " + document.writer;
}

} // namespace

WallTime evidenceBegan(const MigrationPlan& plan)
{
    // The event is journaled after the document: a gateway may have been faster, but not by a day.
    if (!plan.timeline().empty() && plan.timeline().back().written)
        return *plan.timeline().back().written;
    return plan.start().at;
}

bool hasRolledBack(const MigrationPlan& plan, const RoutingDocument& document)
{
    return plan.phase() != Phase::idle && !isFinal(plan.phase()) && document.phase == Phase::rolledBack &&
           document.migration == plan.id();
}

MigrationStatus composeStatus(const StatusSources& sources)
{
    const MigrationPlan& plan = sources.plan;
    const StepEvidence& served = sources.evidence.step;
    // While a step is being written the one before is served, and what is seen of it is no evidence for the new one.
    const StepEvidence step = std::holds_alternative<WriteRouting>(plan.pending()) ? StepEvidence{} : served;
    MigrationStatus status;
    status.id = plan.id();
    status.phase = plan.phase();
    status.pausedIn = plan.pausedIn();
    status.step = plan.step();
    status.steps = plan.steps();
    status.shareConfigured = plan.share();
    status.shareServed = part(served.clientRequestsOnTarget, served.clientRequests);
    status.shareServedKeys = part(served.stickyKeysOnTarget, served.stickyKeys);
    status.generation = plan.generation();
    status.controller = sources.controller;
    status.lease = leaseOf(sources);
    status.gates = plan.gatesOn(step);
    status.nextAction = plan.nextAction();
    status.notBefore = plan.notBefore();
    status.holdingSince = plan.holdingSince();
    status.why = plan.why();
    status.policy = plan.policy().name;
    status.timeline = plan.timeline();
    status.decisions = plan.decisions();
    if (!plan.id().empty())
        status.calendar = calendar(plan.policy(), plan.start().at);
    status.evidence = step;
    if (sources.document && hasRolledBack(plan, *sources.document))
        takeRollback(status, *sources.document);
    for (const GatewayAck& ack : sources.acks) {
        if (ack.at + ackLife < sources.now)
            continue;
        ++status.gateways;
        if (ack.generation >= status.generation)
            ++status.gatewaysServing;
    }
    status.rotation = rotationOf(sources);
    return status;
}

std::string statusJson(const MigrationStatus& status)
{
    QJsonArray gates;
    for (const GateResult& gate : status.gates)
        gates.append(gateObject(gate));
    QJsonValue lease = QJsonValue::Null;
    if (status.lease)
        lease = QJsonObject{{QStringLiteral("lease_s"), seconds(status.lease->length)},
                            {QStringLiteral("left_s"), seconds(status.lease->left)},
                            {QStringLiteral("expired"), status.lease->expired}};
    QJsonValue next = QJsonValue::Null;
    if (!status.nextAction.empty())
        next = QJsonObject{{QStringLiteral("action"), text(status.nextAction)},
                           {QStringLiteral("not_before"),
                            status.notBefore ? orNull(formatTime(*status.notBefore)) : QJsonValue(QJsonValue::Null)}};
    const QJsonValue pausedIn = status.phase == Phase::paused ? orNull(phaseName(status.pausedIn)) : QJsonValue(QJsonValue::Null);
    const QJsonObject rotation{{QStringLiteral("state"), text(status.rotation.outcome)},
                               {QStringLiteral("step"), text(status.rotation.state)},
                               {QStringLiteral("key_id"), orNull(status.rotation.keyId)},
                               {QStringLiteral("weight"), status.rotation.weight},
                               {QStringLiteral("why"), orNull(status.rotation.why)}};
    const QJsonObject object{{QStringLiteral("migration"), orNull(status.id)},
                             {QStringLiteral("phase"), text(phaseName(status.phase))},
                             {QStringLiteral("paused_in"), pausedIn},
                             {QStringLiteral("step"), int(status.step)},
                             {QStringLiteral("steps"), int(status.steps)},
                             {QStringLiteral("share_configured"), status.shareConfigured},
                             {QStringLiteral("share_served"), orNull(status.shareServed)},
                             {QStringLiteral("share_served_keys"), orNull(status.shareServedKeys)},
                             {QStringLiteral("generation"), double(status.generation)},
                             {QStringLiteral("controller"), orNull(status.controller)},
                             {QStringLiteral("lease"), lease},
                             {QStringLiteral("gates"), gates},
                             {QStringLiteral("next"), next},
                             {QStringLiteral("why"), orNull(status.why)},
                             {QStringLiteral("policy"), orNull(status.policy)},
                             {QStringLiteral("rotation"), rotation}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

std::string rotationRunOf(const std::string& migration)
{
    return "r_" + migration.substr(migration.find('_') + 1);
}

std::string errorJson(const Error& error)
{
    const QJsonObject inner{{QStringLiteral("code"), text(errcName(error.code))},
                            {QStringLiteral("message"), text(error.what)},
                            {QStringLiteral("where"), orNull(error.where)}};
    return QJsonDocument(QJsonObject{{QStringLiteral("error"), inner}}).toJson(QJsonDocument::Compact).toStdString();
}

} // namespace drover::app
