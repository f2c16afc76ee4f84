// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"

#include <utility>

namespace drover::cli {
namespace {

void printError(const Error& error, bool json, Console& console)
{
    console.say("droverctl: " + describe(error));
    // On exit 3 the document is the verb's own; where it has none, this is all there is to say.
    if (json)
        console.out(app::failureJson(error) + '\n');
}

void printAnswer(const Answer& answer, bool json, Console& console)
{
    if (answer.error)
        console.say("droverctl: " + describe(*answer.error));
    if (json) {
        console.out((answer.error ? app::withError(answer.json, *answer.error) : answer.json) + '\n');
    } else if (!answer.text.empty()) {
        console.out(answer.text + (answer.text.ends_with('\n') ? "" : "\n"));
    }
}

std::string otherText(const Request& request)
{
    switch (request.kind) {
    case Request::Kind::version:
        return "droverctl " DROVER_VERSION "\n";
    case Request::Kind::completion:
        return bashCompletion(commandTable());
    case Request::Kind::man:
        return manPage(commandTable());
    default:
        break;
    }
    if (request.command)
        return helpOf(*request.command);
    return request.group.empty() ? helpText(commandTable()) : helpOfGroup(commandTable(), request.group);
}

Task<Result<Answer>> runVerb(const Command& command, app::Machine& machine, Console& console, Call& call)
{
    if (!call.folderGiven)
        call.folder = machine.workspaces.defaultFolder(command.verb == "demo" ? "demo" : "default");
    Context context{machine, console, call, nullptr};
    if (!command.needsWorkspace)
        co_return co_await command.run(context);
    DROVER_CO_TRY(const std::unique_ptr<app::OpenWorkspace> workspace, co_await machine.workspaces.open(call.folder));
    context.ports = &workspace->ports();
    co_return co_await command.run(context);
}

} // namespace

Task<int> runCommandLine(std::vector<std::string> words, app::Machine& machine, Console& console)
{
    bool json = false;
    for (const std::string& word : words)
        json = json || word == "--json";
    Result<Request> request = parseCommandLine(words, commandTable(), json);
    if (!request.has_value()) {
        printError(request.error(), json, console);
        co_return exitCode(request.error().code);
    }
    if (request->kind != Request::Kind::run) {
        console.out(otherText(*request));
        co_return 0;
    }
    const Result<Answer> answer = co_await runVerb(*request->command, machine, console, request->call);
    if (!answer.has_value()) {
        printError(answer.error(), json, console);
        co_return exitCode(answer.error().code);
    }
    printAnswer(*answer, json, console);
    co_return answer->exit;
}

} // namespace drover::cli
