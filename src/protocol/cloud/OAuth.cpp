// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Cloud.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"

#include <algorithm>
#include <charconv>

namespace drover::cloud {
namespace {

bool mentions(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

struct Refusal {
    std::string error;
    std::string description;
};

Refusal refusalIn(const Reply& reply)
{
    const auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return {{}, std::string(reply.body.substr(0, 300))};
    JsonFields fields{*parsed};
    return {fields.textOr("error", {}), fields.textOr("error_description", {})};
}

// What to do next, from the codes that GCP and Entra ID put into their descriptions.
std::string remedy(const Refusal& said)
{
    const std::string_view text = said.description;
    if (mentions(text, "reasonable timeframe") || mentions(text, "AADSTS700024"))
        return "this machine's clock is wrong: set it by NTP";
    if (mentions(text, "AADSTS7000222"))
        return "the client secret has expired: make a new one under Certificates & secrets of the app";
    if (mentions(text, "AADSTS7000215"))
        return "the client secret is wrong: the secret's value is needed, not its id";
    if (mentions(text, "AADSTS700016"))
        return "there is no such client_id in this tenant";
    if (mentions(text, "AADSTS90002") || mentions(text, "AADSTS900023"))
        return "there is no such tenant";
    if (mentions(text, "account not found") || mentions(text, "Invalid JWT Signature"))
        return "the service account or its key was deleted or disabled: make a new key";
    return "the credentials are refused";
}

} // namespace

Result<AccessToken> parseToken(const Reply& reply, std::string_view who)
{
    if (!reply.good()) {
        const auto said = refusalIn(reply);
        const std::string heard = said.error + (said.description.empty() ? "" : ": " + said.description);
        if (reply.status == 429)
            return failure(Errc::rateLimited, "tokens are asked for too often; try again later", who, heard);
        if (reply.status >= 500 || said.error == "temporarily_unavailable")
            return failure(Errc::unavailable, "the token endpoint is not available", who, heard);
        if (said.error.empty() && reply.status != 400 && reply.status != 401)
            return failure(Errc::protocol, "the token endpoint answered with status " + std::to_string(reply.status), who, heard);
        return failure(Errc::unauthorized, remedy(said), who, heard);
    }
    AccessToken made;
    double life = 0;
    JsonScan{reply.body}.members([&](std::string_view name, JsonScan& value) {
        if (name == "access_token") {
            auto text = value.text().value_or(std::string());
            made.token = Secret::taking(text);
        } else if (name == "expires_in") { // a number; older endpoints of Azure write it as a string
            const auto raw = value.kind() == '"' ? value.text().value_or("") : std::string(value.raw());
            std::from_chars(raw.data(), raw.data() + raw.size(), life);
        }
    });
    if (made.token.empty())
        return Error{Errc::protocol, "the token endpoint's answer has no access_token", {}};
    made.life = fromSeconds(std::clamp(life, 0.0, 7.0 * 86400));
    return made;
}

} // namespace drover::cloud
