// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include <iterator>

namespace drover::cli {
namespace {

std::vector<Command> allCommands()
{
    std::vector<Command> table;
    for (const auto& part : {workspaceCommands, demoCommands, keyCommands, keyImportCommands, keyCareCommands, rotationCommands, migrateCommands,
                             tokenCommands, gatewayCommands, routingCommands, evidenceCommands, exportCommands}) {
        std::vector<Command> some = part();
        std::ranges::move(some, std::back_inserter(table));
    }
    return table;
}

} // namespace

const std::vector<Command>& commandTable()
{
    static const std::vector<Command> table = allCommands();
    return table;
}

} // namespace drover::cli
