// SPDX-License-Identifier: Apache-2.0
#include "gateway/Targets.h"

#include "protocol/routing/Choice.h"
#include "protocol/routing/Sealing.h"

namespace drover::gateway {
namespace {

Result<Place> makePlace(std::string_view url, const std::string& field)
{
    auto host = hostOfUrl(url);
    if (!host.has_value())
        return Error{Errc::invalidInput, std::move(host).error().what, field};
    auto parsed = http::parseUrl(url);
    if (!parsed.has_value())
        return Error{Errc::invalidInput, std::move(parsed).error().what, field};
    return Place{std::move(*parsed), std::move(*host)};
}

} // namespace

std::string_view Target::modelFor(std::string_view clientModel) const
{
    if (models.empty())
        return clientModel;
    const auto found = models.find(std::string(clientModel));
    return found == models.end() ? clientModel : std::string_view(found->second);
}

Result<Targets> makeTargets(const WorkspaceConfig& config)
{
    Targets targets;
    for (const auto& [name, settings] : config.targets) {
        const std::string field = "targets." + name;
        if (settings.openai.empty() && settings.anthropic.empty())
            continue; // named, not set up yet: a routing document that needs it is refused
        auto target = std::make_shared<Target>();
        target->name = name;
        target->salt = saltOf(name);
        target->caFile = settings.caFile;
        target->proxy = settings.httpProxy;
        if (!target->proxy.empty() && !http::parseUrl(target->proxy).has_value())
            return Error{Errc::invalidInput, "not a URL", field + ".http_proxy"};
        target->models = settings.models;
        target->limits = settings.limits;
        if (!settings.openai.empty()) {
            DROVER_TRY(target->openai, makePlace(settings.openai, field + ".openai"));
        }
        if (!settings.anthropic.empty()) {
            DROVER_TRY(target->anthropic, makePlace(settings.anthropic, field + ".anthropic"));
        } else {
            target->anthropic = target->openai;
            if (target->anthropic.url.path.ends_with("/v1"))
                target->anthropic.url.path.resize(target->anthropic.url.path.size() - 3);
        }
        if (settings.openai.empty()) {
            target->openai = target->anthropic;
            target->openai.url.path += "/v1";
        }
        targets.emplace(name, std::move(target));
    }
    return targets;
}

} // namespace drover::gateway
