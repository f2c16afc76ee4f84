// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/GatewayService.h"
#include "cli/Text.h"

#include <utility>

namespace drover::cli {
namespace {

Task<Result<Answer>> startGateway(Context context)
{
    GatewayStart start;
    start.listen = context.call.option("--listen").value_or("");
    start.adminListen = context.call.option("--admin-listen").value_or("");
    start.outlives = true;
    app::GatewayService gateways{*context.ports, context.machine.processes};
    DROVER_CO_TRY(const Started<GatewayProcess> started, co_await gateways.start(std::move(start)));
    const GatewayProcess& info = started.info;
    Answer answer;
    answer.json = app::textsJson({{"id", info.id},
                                  {"listen", info.listen},
                                  {"admin", info.admin},
                                  {"control", info.control}});
    answer.text = "gateway " + info.id + " serves at " + info.listen + " (admin " + info.admin + ")";
    co_return answer;
}

Task<Result<Answer>> gatewayStatus(Context context)
{
    app::GatewayService gateways{*context.ports, context.machine.processes};
    DROVER_CO_TRY(const std::vector<app::GatewayStatus> all, co_await gateways.status());
    std::vector<std::vector<std::string>> cells;
    for (const app::GatewayStatus& one : all)
        cells.push_back({one.ack.gateway, one.state, std::to_string(one.ack.generation), one.ack.listen,
                         std::to_string(one.ack.inFlight), formatTime(one.ack.at)});
    Answer answer;
    answer.json = app::gatewaysJson(all);
    answer.text = all.empty() ? "no gateway ever ran here: gateway start"
                              : tableText({"GATEWAY", "STATE", "GENERATION", "LISTENS", "IN FLIGHT", "SEEN"}, cells);
    co_return answer;
}

Task<Result<Answer>> stopGateways(Context context)
{
    app::GatewayService gateways{*context.ports, context.machine.processes};
    DROVER_CO_TRY(const std::vector<std::string> stopped, co_await gateways.stop(context.call.argument("ID")));
    Answer answer;
    answer.json = app::namesJson("stopped", stopped);
    for (const std::string& id : stopped)
        answer.text += "stopped " + id + '\n';
    co_return answer;
}

} // namespace

std::vector<Command> gatewayCommands()
{
    std::vector<Command> table;
    table.push_back({"gateway start",
                     "start a gateway; it goes on without this command",
                     {},
                     {{"--listen", "HOST:PORT", "where clients reach it; default: drover.toml"},
                      {"--admin-listen", "HOST:PORT", "where /metrics and /healthz are"}},
                     true,
                     startGateway});
    table.push_back({"gateway status", "the gateways and what they serve", {}, {}, true, gatewayStatus});
    table.push_back({"gateway stop",
                     "end a gateway once its requests are answered",
                     {{"ID", "its id; all that run here without one", false}},
                     {},
                     true,
                     stopGateways});
    return table;
}

} // namespace drover::cli
