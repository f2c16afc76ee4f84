// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include <algorithm>

namespace drover::cli {
namespace {

Error misuse(std::string what, std::string where)
{
    return Error{Errc::invalidInput, std::move(what), std::move(where)};
}

std::size_t wordsOf(std::string_view verb)
{
    return 1 + std::size_t(std::ranges::count(verb, ' '));
}

// The command whose verb the words begin with; the longest wins.
const Command* findCommand(const std::vector<std::string>& words, const std::vector<Command>& table)
{
    const Command* best = nullptr;
    for (const Command& command : table) {
        const std::size_t count = wordsOf(command.verb);
        if (words.size() < count || (best && wordsOf(best->verb) >= count))
            continue;
        std::string joined = words[0];
        for (std::size_t i = 1; i < count; ++i)
            joined += ' ' + words[i];
        if (joined == command.verb)
            best = &command;
    }
    return best;
}

bool isGroup(const std::vector<Command>& table, std::string_view word)
{
    return std::ranges::any_of(table, [&](const Command& command) {
        return command.verb.size() > word.size() && command.verb.starts_with(word) && command.verb[word.size()] == ' ';
    });
}

std::string verbsOfGroup(const std::vector<Command>& table, std::string_view group)
{
    std::string out;
    for (const Command& command : table)
        if (command.verb.starts_with(std::string(group) + ' '))
            out += (out.empty() ? "" : ", ") + std::string(command.verb.substr(group.size() + 1));
    return out;
}

bool isChoice(std::string_view choices, std::string_view value)
{
    while (!choices.empty()) {
        const std::size_t end = std::min(choices.find('|'), choices.size());
        if (choices.substr(0, end) == value)
            return true;
        choices.remove_prefix(std::min(end + 1, choices.size()));
    }
    return false;
}

// Takes one word that begins with -- (and its value) into the call.
Result<void> takeOption(const Command& command, const std::vector<std::string>& words, std::size_t& at, Call& call)
{
    std::string name = words[at];
    std::optional<std::string> value;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
        value = name.substr(equals + 1);
        name.resize(equals);
    }
    const auto spec = std::ranges::find(command.options, name, &OptionSpec::name);
    if (spec == command.options.end())
        return misuse("\"" + std::string(command.verb) + "\" has no such option", name);
    if (spec->value.empty() && value)
        return misuse("this option takes no value", name);
    if (!spec->value.empty() && !value) {
        if (++at >= words.size())
            return misuse("the value is missing: " + name + ' ' + std::string(spec->value), name);
        value = words[at];
    }
    if (!spec->choices.empty() && !isChoice(spec->choices, *value))
        return misuse("\"" + *value + "\" is none of " + std::string(spec->choices), name);
    call.options[name] = value.value_or("");
    return {};
}

Result<void> takeArguments(const Command& command, std::vector<std::string> given, Call& call)
{
    std::size_t next = 0;
    for (const ArgumentSpec& spec : command.arguments) {
        const std::string name{spec.name};
        if (next < given.size())
            call.arguments[name] = given[next];
        else if (spec.required)
            return misuse("the argument is missing: " + name + ", " + std::string(spec.help), name);
        if (spec.repeated) {
            call.more.assign(given.begin() + std::ptrdiff_t(std::min(next, given.size())), given.end());
            next = given.size();
        } else {
            ++next;
        }
    }
    if (next < given.size())
        return misuse("one word too many", given[next]);
    for (const OptionSpec& spec : command.options)
        if (spec.required && !call.options.contains(std::string(spec.name)))
            return misuse("the option is missing: " + std::string(spec.name) + ' ' + std::string(spec.value),
                          std::string(spec.name));
    return {};
}

// --workspace, --json, --help and --version stand anywhere; the rest is returned.
Result<std::vector<std::string>> takeGlobals(const std::vector<std::string>& words, Request& request, bool& json)
{
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--json") {
            json = request.call.json = true;
        } else if (word == "--workspace") {
            if (++i >= words.size())
                return misuse("the folder is missing: --workspace DIR", word);
            request.call.folder = words[i];
            request.call.folderGiven = true;
        } else if (word.starts_with("--workspace=")) {
            request.call.folder = word.substr(12);
            request.call.folderGiven = true;
        } else if (word == "--help" || word == "-h") {
            request.kind = Request::Kind::help;
        } else if (word == "--version") {
            request.kind = Request::Kind::version;
        } else {
            rest.push_back(word);
        }
    }
    return rest;
}

Error unknownVerb(const std::vector<std::string>& rest, const std::vector<Command>& table)
{
    if (isGroup(table, rest[0]))
        return misuse("\"" + rest[0] + "\" needs one of: " + verbsOfGroup(table, rest[0]),
                      rest.size() > 1 ? rest[1] : rest[0]);
    return misuse("there is no such verb; droverctl --help lists them", rest[0]);
}

} // namespace

std::string Call::argument(const std::string& name) const
{
    const auto found = arguments.find(name);
    return found == arguments.end() ? std::string{} : found->second;
}

std::optional<std::string> Call::option(const std::string& name) const
{
    const auto found = options.find(name);
    if (found == options.end())
        return std::nullopt;
    return found->second;
}

Result<Request> parseCommandLine(const std::vector<std::string>& words, const std::vector<Command>& table, bool& json)
{
    Request request;
    DROVER_TRY(const std::vector<std::string> rest, takeGlobals(words, request, json));
    if (rest.empty()) {
        if (request.kind == Request::Kind::run)
            return misuse("say what to do; droverctl --help lists the verbs", "VERB");
        return request;
    }
    if (rest[0] == "--completion" || rest[0] == "--man") {
        request.kind = rest[0] == "--man" ? Request::Kind::man : Request::Kind::completion;
        return request;
    }
    request.command = findCommand(rest, table);
    if (request.kind == Request::Kind::help) {
        if (!request.command && isGroup(table, rest[0]))
            request.group = rest[0];
        else if (!request.command)
            return unknownVerb(rest, table);
        return request;
    }
    if (!request.command)
        return unknownVerb(rest, table);
    std::vector<std::string> given;
    for (std::size_t i = wordsOf(request.command->verb); i < rest.size(); ++i) {
        if (rest[i].starts_with("--") && rest[i].size() > 2) {
            DROVER_CHECK(takeOption(*request.command, rest, i, request.call));
        } else {
            given.push_back(rest[i]);
        }
    }
    DROVER_CHECK(takeArguments(*request.command, std::move(given), request.call));
    return request;
}

} // namespace drover::cli
