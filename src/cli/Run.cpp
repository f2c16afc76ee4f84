// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/SettingsService.h"

#include <algorithm>
#include <array>
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

// What opens a secret. The agent does too, but nobody sits at it.
constexpr auto secretVerbs = std::to_array<std::string_view>(
    {"secrets set", "secrets list", "secrets delete", "keys add", "keys import env", "keys import dotenv", "keys import config", "keys import store",
     "keys verify", "keys reveal", "keys revoke", "keys prune", "keys drift", "rotation run", "rotation resume", "migrate start", "migrate resume",
     "gateway start", "shadow replay"});

// A person at the terminal logs in before the verb begins: none waits two minutes in its midst.
Task<Result<void>> logInFirst(const Command& command, Context context)
{
    if (!context.console.person || std::ranges::find(secretVerbs, command.verb) == secretVerbs.end())
        co_return Result<void>{};
    app::SecretsService secrets{*context.ports};
    if (!co_await secrets.wantsLogin())
        co_return Result<void>{};
    DROVER_CO_TRY(const app::SecretsService::Login login,
                  co_await secrets.logIn([&](const std::string& address) { showLogin(context.console, address); }, false));
    if (login.notKept)
        context.console.say("droverctl: this login ends with this command, since it cannot be kept: " + describe(*login.notKept));
    co_return Result<void>{};
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
    DROVER_CO_CHECK(co_await logInFirst(command, context));
    co_return co_await command.run(context);
}

} // namespace

void showLogin(const Console& console, const std::string& address)
{
    console.say("droverctl: to log in, open this address in a browser on this machine within two minutes:\n" + address);
    if (console.browse)
        console.browse(address);
}

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
