// SPDX-License-Identifier: Apache-2.0
#include "report/MigrationReport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace drover::report {
namespace {

QJsonValue jsonText(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QJsonValue jsonNumber(double value)
{
    return std::isfinite(value) ? QJsonValue(value) : QJsonValue();
}

QJsonValue jsonNumber(std::optional<double> value)
{
    return value ? jsonNumber(*value) : QJsonValue();
}

QJsonValue jsonCount(std::uint64_t value)
{
    return qint64(value);
}

QJsonValue jsonTime(std::optional<WallTime> at)
{
    return at ? jsonText(formatTime(*at)) : QJsonValue();
}

QJsonValue jsonMoney(const std::optional<Money>& money)
{
    if (!money)
        return {};
    return QJsonObject{{QStringLiteral("amount"), jsonText(money->amount())},
                       {QStringLiteral("currency"), jsonText(money->currency())}};
}

QJsonObject jsonObject(std::initializer_list<std::pair<const char*, QJsonValue>> members)
{
    QJsonObject object;
    for (const auto& [name, value] : members)
        object.insert(QLatin1String(name), value);
    return object;
}

QJsonArray jsonGates(const std::vector<GateResult>& gates)
{
    QJsonArray array;
    for (const GateResult& gate : gates)
        array.append(jsonObject({{"name", jsonText(gate.name)},
                                 {"verdict", jsonText(verdictName(gate.verdict))},
                                 {"estimate", jsonNumber(gate.estimate)},
                                 {"low", jsonNumber(gate.low)},
                                 {"high", jsonNumber(gate.high)},
                                 {"limit", jsonNumber(gate.limit)},
                                 {"n", jsonCount(gate.n)},
                                 {"needed", jsonCount(gate.needed)},
                                 {"text", jsonText(gate.text)}}));
    return array;
}

QJsonObject jsonQuantiles(const Histogram& values)
{
    return jsonObject({{"n", jsonCount(values.count())},
                       {"p50", jsonNumber(values.quantile(0.5))},
                       {"p95", jsonNumber(values.quantile(0.95))},
                       {"p99", jsonNumber(values.quantile(0.99))}});
}

QJsonObject jsonEvidence(const TargetEvidence& seen)
{
    QJsonObject classes;
    for (std::size_t i = 0; i < errorClassCount; ++i) {
        const std::string_view name = errorClassName(ErrorClass(i));
        if (seen.byClass[i] > 0)
            classes.insert(QLatin1String(name.data(), qsizetype(name.size())), jsonCount(seen.byClass[i]));
    }
    QJsonObject finish;
    for (const auto& [reason, count] : seen.finishReasons)
        finish.insert(QString::fromStdString(reason), jsonCount(count));
    return jsonObject({{"requests", jsonCount(seen.requests())},
                       {"errors", jsonCount(seen.errors())},
                       {"by_class", classes},
                       {"first_byte_plain_ms", jsonQuantiles(seen.firstBytePlain)},
                       {"first_byte_streamed_ms", jsonQuantiles(seen.firstByteStreamed)},
                       {"total_ms", jsonQuantiles(seen.total)},
                       {"answer_tokens", jsonQuantiles(seen.outputTokens)},
                       {"finish_reasons", finish}});
}

QJsonArray jsonTimeline(const MigrationFacts& facts)
{
    QJsonArray array;
    for (const StepRecord& step : facts.timeline)
        array.append(jsonObject({{"phase", jsonText(phaseName(step.phase))},
                                 {"step", jsonCount(step.step)},
                                 {"share", jsonNumber(step.share)},
                                 {"generation", jsonCount(step.generation)},
                                 {"written", jsonTime(step.written)},
                                 {"acknowledged", jsonTime(step.acked)},
                                 {"ended", jsonTime(step.ended)}}));
    return array;
}

QJsonArray jsonDecisions(const MigrationFacts& facts)
{
    QJsonArray array;
    for (const GateDecision& decision : facts.decisions)
        array.append(jsonObject({{"at", jsonTime(decision.at)},
                                 {"phase", jsonText(phaseName(decision.phase))},
                                 {"step", jsonCount(decision.step)},
                                 {"share", jsonNumber(decision.share)},
                                 {"gates", jsonGates(decision.gates)},
                                 {"outcome", jsonText(decision.outcome)}}));
    return array;
}

QJsonObject jsonRotation(const RotationFacts& rotation)
{
    QJsonArray history;
    for (const RotationFacts::Line& line : rotation.history)
        history.append(jsonObject({{"at", jsonTime(line.at)}, {"text", jsonText(line.text)}}));
    return jsonObject({{"state", jsonText(rotation.state)},
                       {"key_id", jsonText(rotation.keyId)},
                       {"previous_key_id", jsonText(rotation.previousKey)},
                       {"why", jsonText(rotation.why)},
                       {"history", history}});
}

QJsonObject jsonCost(const CostFacts& cost)
{
    QJsonArray lines;
    for (const CostLine& line : cost.lines)
        lines.append(jsonObject({{"target", jsonText(line.target)},
                                 {"model", jsonText(line.model)},
                                 {"requests", jsonCount(line.requests)},
                                 {"input_tokens", jsonCount(line.tokens.input)},
                                 {"cached_tokens", jsonCount(line.tokens.cached)},
                                 {"output_tokens", jsonCount(line.tokens.output)},
                                 {"cost", jsonMoney(line.cost)},
                                 {"on_legacy", jsonMoney(line.onLegacy)},
                                 {"on_target", jsonMoney(line.onTarget)}}));
    QJsonArray unpriced;
    for (const std::string& name : cost.unpriced)
        unpriced.append(jsonText(name));
    return jsonObject({{"legacy_book", jsonText(cost.legacyBook)},
                       {"target_book", jsonText(cost.targetBook)},
                       {"seconds", jsonNumber(seconds(cost.span))},
                       {"actual", jsonMoney(cost.actual)},
                       {"all_on_legacy", jsonMoney(cost.allOnLegacy)},
                       {"all_on_target", jsonMoney(cost.allOnTarget)},
                       {"monthly_on_legacy", jsonMoney(cost.monthlyOnLegacy)},
                       {"monthly_on_target", jsonMoney(cost.monthlyOnTarget)},
                       {"lines", lines},
                       {"unpriced", unpriced}});
}

QJsonArray jsonChart(const MigrationFacts& facts)
{
    QJsonArray array;
    for (const ChartPoint& point : facts.chart)
        array.append(jsonObject({{"at", jsonTime(point.at)},
                                 {"target", jsonText(point.target)},
                                 {"requests", jsonCount(point.requests)},
                                 {"errors", jsonCount(point.errors)},
                                 {"clients", jsonCount(point.clients)},
                                 {"p50", jsonNumber(point.p50)},
                                 {"p95", jsonNumber(point.p95)},
                                 {"p99", jsonNumber(point.p99)}}));
    return array;
}

QJsonObject jsonPairs(const PairEvidence& pairs)
{
    return jsonObject({{"pairs", jsonCount(pairs.pairs)},
                       {"diverged", jsonCount(pairs.diverged)},
                       {"triples", jsonCount(pairs.triples)},
                       {"only_new", jsonCount(pairs.onlyNew)},
                       {"only_again", jsonCount(pairs.onlyAgain)},
                       {"both", jsonCount(pairs.both)}});
}

QJsonObject jsonClients(const MigrationFacts& facts)
{
    QJsonObject answered;
    for (const auto& [target, count] : facts.servedBy)
        answered.insert(QString::fromStdString(target), jsonCount(count));
    return jsonObject({{"requests", jsonCount(facts.clientRequests)},
                       {"failures", jsonCount(facts.clientFailures)},
                       {"answered_by", answered}});
}

} // namespace

std::string migrationReportJson(const MigrationFacts& facts)
{
    QJsonObject targets;
    for (const auto& [target, seen] : facts.totals)
        targets.insert(QString::fromStdString(target), jsonEvidence(seen));
    QJsonArray notes;
    for (const std::string& note : facts.notes)
        notes.append(jsonText(note));
    const QJsonObject report =
        jsonObject({{"migration", jsonText(facts.migration)},
                    {"workspace", jsonText(facts.workspace)},
                    {"policy", jsonText(facts.policy.name)},
                    {"sandbox", facts.sandbox},
                    {"scenario", jsonText(facts.scenario)},
                    {"legacy", jsonText(facts.legacy)},
                    {"target", jsonText(facts.target)},
                    {"written", jsonTime(facts.made)},
                    {"begun", jsonTime(facts.begun)},
                    {"ended", jsonTime(facts.ended)},
                    {"phase", jsonText(phaseName(facts.phase))},
                    {"paused_in", facts.phase == Phase::paused ? jsonText(phaseName(facts.pausedIn)) : QJsonValue()},
                    {"why", jsonText(facts.why)},
                    {"timeline", jsonTimeline(facts)},
                    {"decisions", jsonDecisions(facts)},
                    {"gates", jsonGates(facts.openGates)},
                    {"client", jsonClients(facts)},
                    {"upstream", targets},
                    {"before", facts.cutover ? jsonEvidence(facts.cutover->before) : QJsonValue()},
                    {"after", facts.cutover ? jsonEvidence(facts.cutover->after) : QJsonValue()},
                    {"pairs", jsonPairs(facts.pairs)},
                    {"rotation", jsonRotation(facts.rotation)},
                    {"chart", jsonChart(facts)},
                    {"cost", jsonCost(facts.cost)},
                    {"notes", notes}});
    return QJsonDocument(report).toJson(QJsonDocument::Indented).toStdString();
}

} // namespace drover::report
