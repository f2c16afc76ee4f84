// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include <algorithm>
#include <set>

namespace drover::cli {
namespace {

constexpr std::string_view globalHelp =
    "  --workspace DIR   the workspace's folder (default: drover/default under XDG_DATA_HOME)\n"
    "  --json            one JSON document on stdout and nothing else\n"
    "  --help            this text, or the help of a verb\n"
    "  --version         the version\n"
    "  --completion      a completion script for bash\n"
    "  --man             a man page\n";

constexpr std::string_view exitHelp =
    "0 done, 1 failed, 2 usage, invalid input or an environment to be mended first, 3 a gate refused or is\n"
    "inconclusive or the migration was rolled back, 4 not found, 5 a service or keyring is unreachable, sealed, locked\n"
    "or refused the credentials.\n";

std::string synopsis(const Command& command)
{
    std::string out{command.verb};
    for (const ArgumentSpec& argument : command.arguments) {
        std::string word{argument.name};
        if (argument.repeated)
            word += "...";
        out += argument.required ? ' ' + word : " [" + word + ']';
    }
    for (const OptionSpec& option : command.options) {
        std::string word{option.name};
        if (!option.value.empty())
            word += ' ' + std::string(option.choices.empty() ? option.value : option.choices);
        out += option.required ? ' ' + word : " [" + word + ']';
    }
    return out;
}

std::string padded(std::string_view text, std::size_t width)
{
    std::string out{text};
    out.append(out.size() < width ? width - out.size() : 1, ' ');
    return out;
}

// roff treats a leading dot, a backslash and a hyphen specially.
std::string roff(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

} // namespace

std::string helpOf(const Command& command)
{
    std::string out = "droverctl " + synopsis(command) + "\n\n" + std::string(command.help) + "\n";
    if (!command.arguments.empty() || !command.options.empty())
        out += '\n';
    for (const ArgumentSpec& argument : command.arguments)
        out += "  " + padded(argument.name, 24) + std::string(argument.help) + '\n';
    for (const OptionSpec& option : command.options) {
        const std::string left =
            std::string(option.name) + (option.value.empty() ? "" : ' ' + std::string(option.value));
        out += "  " + padded(left, 24) + std::string(option.help);
        if (!option.choices.empty())
            out += " (" + std::string(option.choices) + ')';
        out += '\n';
    }
    return out;
}

std::string helpOfGroup(const std::vector<Command>& table, std::string_view group)
{
    std::string out;
    for (const Command& command : table)
        if (command.verb.starts_with(std::string(group) + ' '))
            out += "  " + synopsis(command) + "\n      " + std::string(command.help) + '\n';
    return out;
}

std::string helpText(const std::vector<Command>& table)
{
    std::string out = "droverctl [--workspace DIR] [--json] VERB ...\n\n"
                      "Moves production LLM traffic from one provider to another, and back.\n\n";
    for (const Command& command : table)
        out += "  " + padded(command.verb, 20) + std::string(command.help) + '\n';
    out += '\n';
    out += globalHelp;
    out += "\nExit codes: ";
    out += exitHelp;
    return out;
}

std::string bashCompletion(const std::vector<Command>& table)
{
    std::set<std::string> first;
    std::string cases;
    for (const Command& command : table) {
        const std::string_view verb = command.verb;
        first.insert(std::string(verb.substr(0, verb.find(' '))));
        std::string options = "--workspace --json --help";
        for (const OptionSpec& option : command.options)
            options += ' ' + std::string(option.name);
        cases += "        \"" + std::string(verb) + "\") words=\"" + options + "\" ;;\n";
    }
    std::string groups;
    std::string firstWords;
    for (const std::string& word : first) {
        firstWords += (firstWords.empty() ? "" : " ") + word;
        std::string second;
        for (const Command& command : table)
            if (command.verb.starts_with(word + ' '))
                second += (second.empty() ? "" : " ") + std::string(command.verb.substr(word.size() + 1));
        if (!second.empty())
            groups += "        " + word + ") words=\"" + second + "\" ;;\n";
    }
    return "# bash completion for droverctl\n_droverctl() {\n"
           "    local current=\"${COMP_WORDS[COMP_CWORD]}\" verb=() words=\"\" word\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do [[ $word == -* ]] || verb+=(\"$word\"); done\n"
           "    case \"${verb[*]:0:2}\" in\n" +
           cases + groups + "        \"\") words=\"" + firstWords +
           " --workspace --json --help --version\" ;;\n    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
           "complete -o default -F _droverctl droverctl\n";
}

std::string manPage(const std::vector<Command>& table)
{
    std::string out = ".TH DROVERCTL 1 \"\" \"Drover " DROVER_VERSION "\" \"User Commands\"\n.SH NAME\n"
                      "droverctl \\- move production LLM traffic from one provider to another\n.SH SYNOPSIS\n"
                      ".B droverctl\n[\\-\\-workspace DIR] [\\-\\-json] VERB ...\n.SH VERBS\n";
    for (const Command& command : table) {
        out += ".TP\n.B " + roff(synopsis(command)) + '\n' + roff(command.help) + '\n';
        for (const OptionSpec& option : command.options)
            out += ".br\n" + roff(option.name) + ": " + roff(option.help) + '\n';
    }
    out += ".SH OPTIONS\n.nf\n" + roff(globalHelp) + ".fi\n.SH EXIT STATUS\n" + roff(exitHelp);
    return out;
}

} // namespace drover::cli
