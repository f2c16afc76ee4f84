// SPDX-License-Identifier: Apache-2.0
#include "app/OrderDesk.h"

#include "app/Deed.h"
#include "app/MigrationStatus.h"

#include <utility>

namespace drover::app {
namespace {

constexpr std::pair<OrderVerb, std::string_view> verbNames[] = {
    {OrderVerb::advance, "advance"},
    {OrderVerb::pause, "pause"},
    {OrderVerb::resume, "resume"},
    {OrderVerb::rollback, "rollback"},
};

constexpr std::string_view notAnswered = "an order's answer could not be written";

std::string placeOf(Phase phase, std::uint32_t step)
{
    std::string text{phaseName(phase)};
    if (step > 0)
        text += " step " + std::to_string(step);
    return text;
}

std::string answerOf(const Result<void>& done)
{
    return done.has_value() ? "{\"ok\":true}" : errorJson(done.error());
}

// Why an order cannot be taken at all; nothing where it can.
Result<void> isForUs(const Order& order, const std::string& migration)
{
    if (!orderVerbFrom(order.verb))
        return Error{Errc::invalidInput, "the controller of a migration does not know the order \"" + order.verb + "\"", {}};
    if (order.migration != migration)
        return Error{Errc::refused,
                     "the order was given to migration " + order.migration + "; the one that runs is " + migration, {}};
    return {};
}

} // namespace

std::string_view orderVerbName(OrderVerb verb)
{
    for (const auto& [one, name] : verbNames)
        if (one == verb)
            return name;
    return {};
}

std::optional<OrderVerb> orderVerbFrom(std::string_view name)
{
    for (const auto& [verb, one] : verbNames)
        if (one == name)
            return verb;
    return std::nullopt;
}

Result<void> stillThere(const MigrationPlan& plan, const std::optional<SeenStep>& seen)
{
    // A generation of the same stay is as good: key weights raise it too.
    if (!seen || (seen->phase == plan.phase() && seen->step == plan.step() && seen->generation >= plan.evidenceFrom()))
        return {};
    return Error{Errc::refused,
                 "the migration has moved on meanwhile: it was at " + placeOf(seen->phase, seen->step) + " (generation " +
                     std::to_string(seen->generation) + ") when the order was given, and is at " +
                     placeOf(plan.phase(), plan.step()) + " (generation " + std::to_string(plan.generation()) +
                     ") now; look at it and order again",
                 {}};
}

Task<void> OrderDesk::serve(std::string migration, CarryOut carryOut)
{
    const auto waiting = co_await ports_.orders.unanswered();
    if (!waiting.has_value())
        co_return;
    for (const Order& order : *waiting) {
        if (order.taken)
            continue; // its answer could not be written; what came of it is in the journal
        const auto taken = co_await ports_.orders.take(order.id);
        if (!taken.has_value() || !*taken)
            continue; // withdrawn a moment ago
        Result<void> done = isForUs(order, migration);
        if (done.has_value()) {
            OperatorOrder given{*orderVerbFrom(order.verb), order.actor, order.reason, ports_.clock.now()};
            done = co_await carryOut(std::move(given), order.seen);
        }
        std::string answer = answerOf(done);
        warnUnlessNoted(ports_, notAnswered, order.verb, co_await ports_.orders.answer(order.id, std::move(answer)));
    }
}

Task<void> OrderDesk::refuseLeft(std::string why)
{
    const auto waiting = co_await ports_.orders.unanswered();
    if (!waiting.has_value())
        co_return;
    const std::string answer = errorJson(Error{Errc::refused, std::move(why), {}});
    for (const Order& order : *waiting)
        warnUnlessNoted(ports_, notAnswered, order.verb, co_await ports_.orders.answer(order.id, answer));
}

} // namespace drover::app
