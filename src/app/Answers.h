// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/KeyService.h"
#include "app/MigrationService.h"
#include "app/SettingsService.h"
#include "app/TokenService.h"

#include <string>
#include <vector>

// The JSON documents of verbs whose values need no file of their own.
namespace drover::app {

std::string tokensJson(const std::vector<ClientToken>& tokens);
std::string tokenCreatedJson(const TokenCreated& created); // the one place that shows the token
std::string keyAddedJson(const KeyAdded& added);
std::string keyProofJson(const KeyProof& proof);
std::string findingsJson(const std::vector<ConfigService::Finding>& findings);
// {"store","until","kept"}
std::string loginJson(const SecretsService::Login& login);
std::string rotationJson(const RotationPlan& plan);
std::string auditJson(const std::vector<AuditEntry>& entries);
// {"NAME":["a","b"]}
std::string namesJson(std::string_view name, const std::vector<std::string>& values);
// {"NAME":"value", …}, in that order.
std::string textsJson(const std::vector<std::pair<std::string, std::string>>& fields);
std::string failureJson(const Error& error);
// A verb's own document with {"error":…} added; the error alone where the document is empty.
std::string withError(std::string document, const Error& error);

} // namespace drover::app
