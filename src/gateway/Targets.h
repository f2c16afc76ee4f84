// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "http/Url.h"
#include "protocol/config/WorkspaceConfig.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace drover::gateway {

// One way to reach a target: where it is, and what its keys must be sealed for.
struct Place {
    http::Url url;
    std::string host; // as in `hosts` of a sealed key
};

// A target of drover.toml as the relay uses it.
struct Target {
    std::string name;
    std::uint64_t salt = 0;
    Place openai;    // with /v1
    Place anthropic; // without; where drover.toml names none, the OpenAI base without its /v1
    std::string caFile;
    std::string proxy;
    std::map<std::string, std::string> models; // client's name -> this target's
    TargetConfig::Limits limits;

    const Place& place(bool isAnthropic) const { return isAnthropic ? anthropic : openai; }
    // The name this target knows the model by.
    std::string_view modelFor(std::string_view clientModel) const;
};

using Targets = std::map<std::string, std::shared_ptr<const Target>, std::less<>>;

// Errors: invalidInput naming the field ("targets.legacy.openai"): no URL, or http:// beyond loopback.
Result<Targets> makeTargets(const WorkspaceConfig& config);

} // namespace drover::gateway
