// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/TokenService.h"
#include "cli/Text.h"

#include <charconv>
#include <utility>

namespace drover::cli {
namespace {

Result<std::uint32_t> countOf(const std::string& text, const char* where)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0)
        return Error{Errc::invalidInput, "\"" + text + "\" is not a number above 0", where};
    return value;
}

std::vector<std::string> commaWords(const std::string& text)
{
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin)
            out.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

Task<Result<Answer>> createToken(Context context)
{
    app::TokenRequest request;
    request.name = context.call.argument("NAME");
    request.models = commaWords(context.call.option("--models").value_or(""));
    if (const auto rpm = context.call.option("--rpm")) {
        DROVER_CO_TRY(request.requestsPerMinute, countOf(*rpm, "--rpm"));
    }
    if (const auto days = context.call.option("--expires")) {
        DROVER_CO_TRY(request.days, countOf(*days, "--expires"));
    }
    app::TokenService tokens{*context.ports};
    DROVER_CO_TRY(const app::TokenCreated created, co_await tokens.create(std::move(request)));
    context.console.say("this token is shown once; only its hash is kept");
    Answer answer;
    answer.json = app::tokenCreatedJson(created);
    created.token.reveal([&](std::string_view token) { answer.text = std::string(token); });
    co_return answer;
}

Task<Result<Answer>> listTokens(Context context)
{
    app::TokenService tokens{*context.ports};
    DROVER_CO_TRY(const std::vector<ClientToken> all, co_await tokens.list());
    std::vector<std::vector<std::string>> cells;
    for (const ClientToken& token : all) {
        std::string models;
        for (const std::string& model : token.models)
            models += (models.empty() ? "" : ",") + model;
        cells.push_back({token.name, models.empty() ? "all" : models,
                         token.requestsPerMinute > 0 ? std::to_string(token.requestsPerMinute) : "-",
                         token.expires ? formatDate(*token.expires) : "never", formatDate(token.created)});
    }
    Answer answer;
    answer.json = app::tokensJson(all);
    answer.text = all.empty() ? "no tokens yet: tokens create NAME"
                              : tableText({"NAME", "MODELS", "PER MINUTE", "EXPIRES", "MADE"}, cells);
    co_return answer;
}

Task<Result<Answer>> revokeToken(Context context)
{
    const std::string name = context.call.argument("NAME");
    app::TokenService tokens{*context.ports};
    DROVER_CO_CHECK(co_await tokens.revoke(name));
    co_return Answer{.json = app::textsJson({{"name", name}}), .text = "revoked " + name};
}

} // namespace

std::vector<Command> tokenCommands()
{
    const ArgumentSpec name{"NAME", "who uses it"};
    std::vector<Command> table;
    table.push_back({"tokens create",
                     "make a client's token for the gateways; it is shown once",
                     {name},
                     {{"--models", "A,B", "only these models"},
                      {"--rpm", "N", "at most so many requests a minute"},
                      {"--expires", "DAYS", "ends after so many days"}},
                     true,
                     createToken});
    table.push_back({"tokens list", "the tokens, without their text", {}, {}, true, listTokens});
    table.push_back({"tokens revoke", "end a token; gateways refuse it at once", {name}, {}, true, revokeToken});
    return table;
}

} // namespace drover::cli
