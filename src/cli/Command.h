// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Machine.h"

#include "base/Result.h"
#include "base/Secret.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::cli {

// What a verb has to say. `json` is its whole document; `text` is for people.
struct Answer {
    std::string json = {};
    std::string text = {};
    int exit = 0;
    std::optional<Error> error = {}; // exit 3 with a document of its own: added to it, and said on stderr
};

// The way out and in. stdout is the answer alone; everything else goes to stderr.
struct Console {
    std::function<void(std::string_view text)> out;
    std::function<void(std::string_view line)> say;                   // one line on stderr
    std::function<Result<Secret>(std::string_view prompt)> secret;    // stdin's first line, or a prompt without echo
    std::function<Result<std::string>()> input;                       // all of stdin
    std::function<Result<std::string>(const std::string& path)> file; // a file the person named, whole
    std::function<Result<void>(const std::string& path, std::string_view text)> save;
    // While the owner lives, `stop` is called when the program is told to end (SIGTERM, SIGINT, SIGHUP), instead of ending it
    // with that signal's exit code.
    std::function<std::unique_ptr<Subscription>(std::function<void()> stop)> onStop = {};
    // Shows a secret on the terminal for 10 s and takes it away again, out of the scrollback too. Empty where stdout is no terminal.
    std::function<Task<void>(const Secret& secret)> showBriefly = {};
    // A person sits at the terminal, who can be asked to log in.
    bool person = false;
    // Opens an address in their browser. Empty where there is no display.
    std::function<void(const std::string& address)> browse = {};
};

// One call of a verb, its words sorted.
struct Call {
    std::filesystem::path folder;                 // of the workspace
    bool json = false;
    bool folderGiven = false;
    std::map<std::string, std::string> arguments; // by name: "ID"
    std::map<std::string, std::string> options;   // "--target" → value, "" for a flag
    std::vector<std::string> more;                // of an argument that may be repeated

    std::string argument(const std::string& name) const;
    std::optional<std::string> option(const std::string& name) const;
    bool flag(const std::string& name) const { return options.contains(name); }
};

struct Context {
    app::Machine& machine;
    Console& console;
    const Call& call;
    app::Ports* ports = nullptr; // of the open workspace; null for verbs that need none
};

struct ArgumentSpec {
    std::string_view name;       // "ID"
    std::string_view help;
    bool required = true;
    bool repeated = false;
};
struct OptionSpec {
    std::string_view name;       // "--target"
    std::string_view value;      // "TARGET"; empty for a flag
    std::string_view help;
    bool required = false;
    std::string_view choices = {};    // "fast|real": checked, completed
};
struct Command {
    std::string_view verb;       // "keys add"
    std::string_view help;       // one line
    std::vector<ArgumentSpec> arguments;
    std::vector<OptionSpec> options;
    bool needsWorkspace = true;
    std::function<Task<Result<Answer>>(Context context)> run;
};

// Every verb there is, in the order of the help.
const std::vector<Command>& commandTable();

// The verbs of each file in commands/, for the table.
std::vector<Command> workspaceCommands();
std::vector<Command> keyCommands();
std::vector<Command> keyImportCommands();
std::vector<Command> keyCareCommands();
std::vector<Command> tokenCommands();
std::vector<Command> gatewayCommands();
std::vector<Command> migrateCommands();
std::vector<Command> rotationCommands();
std::vector<Command> routingCommands();
std::vector<Command> evidenceCommands();
std::vector<Command> demoCommands();
std::vector<Command> exportCommands();

// Says an address to log in at, and opens it where that can be.
void showLogin(const Console& console, const std::string& address);

// What a command line asks for.
struct Request {
    enum class Kind { run, help, version, completion, man };
    Kind kind = Kind::run;
    const Command* command = nullptr; // for run; for help of one verb
    std::string group;                // help of a group: "keys"
    Call call;
};
// Errors: invalidInput naming the word that does not fit, and what would. `json` is set as soon as --json was seen,
// also with an error. No folder given: the machine's default.
Result<Request> parseCommandLine(const std::vector<std::string>& words, const std::vector<Command>& table, bool& json);

std::string helpText(const std::vector<Command>& table);
std::string helpOf(const Command& command);
std::string helpOfGroup(const std::vector<Command>& table, std::string_view group);
std::string bashCompletion(const std::vector<Command>& table);
std::string manPage(const std::vector<Command>& table);

// A whole run: parses, opens the workspace, runs the verb, prints; gives the exit code.
Task<int> runCommandLine(std::vector<std::string> words, app::Machine& machine, Console& console);

} // namespace drover::cli
