// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/GatewayService.h"
#include "app/RoutingService.h"
#include "cli/Text.h"

#include <charconv>
#include <utility>

namespace drover::cli {
namespace {

std::string documentText(const std::optional<RoutingDocument>& document)
{
    if (!document)
        return "there is no routing document: gateways send everything to their default target";
    std::string text = "generation " + std::to_string(document->generation) + ", " +
                       std::string(phaseName(document->phase)) + ", written by " + document->writer + " at " +
                       formatTime(document->writtenAt) + '\n';
    std::vector<std::vector<std::string>> cells;
    for (const auto& [name, target] : document->targets) {
        std::string keys;
        for (const auto& [id, weight] : target.keys)
            keys += (keys.empty() ? "" : ", ") + id + ' ' + percentText(weight);
        cells.push_back({name, percentText(target.share), keys});
    }
    return text + tableText({"TARGET", "SHARE", "KEYS"}, cells);
}

Answer routingAnswer(const std::optional<RoutingDocument>& document)
{
    return {.json = app::routingJson(document), .text = documentText(document)};
}

Task<Result<Answer>> showRouting(Context context)
{
    app::RoutingService routing{*context.ports};
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await routing.show());
    co_return routingAnswer(document);
}

Task<Result<Answer>> setRouting(Context context)
{
    std::map<std::string, double> shares;
    for (const std::string& word : context.call.more) {
        const std::size_t equals = word.find('=');
        double share = 0;
        const char* begin = word.data() + std::min(equals + 1, word.size());
        const auto [end, error] = std::from_chars(begin, word.data() + word.size(), share);
        if (equals == std::string::npos || error != std::errc{} || end != word.data() + word.size())
            co_return Error{Errc::invalidInput, "\"" + word + "\" is not TARGET=SHARE, as holysheep=0.05", "SHARE"};
        shares[word.substr(0, equals)] = share;
    }
    app::RoutingService routing{*context.ports};
    DROVER_CO_TRY(const RoutingDocument document,
                  co_await routing.set(std::move(shares), context.call.option("--reason").value_or("")));
    co_return routingAnswer(document);
}

Task<Result<Answer>> showAcks(Context context)
{
    app::GatewayService gateways{*context.ports, context.machine.processes};
    DROVER_CO_TRY(const std::vector<app::GatewayStatus> all, co_await gateways.status());
    std::vector<std::vector<std::string>> cells;
    for (const app::GatewayStatus& one : all)
        cells.push_back({one.ack.gateway, std::to_string(one.ack.generation), std::to_string(one.ack.renewal), one.state,
                         formatTime(one.ack.at)});
    co_return Answer{.json = app::gatewaysJson(all),
                     .text = tableText({"GATEWAY", "GENERATION", "RENEWAL", "STATE", "AT"}, cells)};
}

Task<Result<Answer>> listAudit(Context context)
{
    DROVER_CO_TRY(const std::vector<AuditEntry> entries, co_await context.ports->audit.recent(200));
    std::vector<std::vector<std::string>> cells;
    for (const AuditEntry& entry : entries)
        cells.push_back({formatTime(entry.at), entry.actor, entry.deed, entry.subject, entry.reason});
    co_return Answer{.json = app::auditJson(entries),
                     .text = tableText({"AT", "BY", "DEED", "OF", "WHY"}, cells)};
}

} // namespace

std::vector<Command> routingCommands()
{
    std::vector<Command> table;
    table.push_back({"routing show", "the routing document", {}, {}, true, showRouting});
    table.push_back({"routing set",
                     "set shares by hand, outside a migration; what is not named shares the rest",
                     {{"TARGET=SHARE", "as holysheep=0.05", true, true}},
                     {{"--reason", "TEXT", "why, for the audit", true}},
                     true,
                     setRouting});
    table.push_back({"routing acks", "what each gateway has acknowledged", {}, {}, true, showAcks});
    table.push_back({"audit list", "what was done, by whom, why; newest first", {}, {}, true, listAudit});
    return table;
}

} // namespace drover::cli
