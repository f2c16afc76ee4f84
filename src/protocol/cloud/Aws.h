// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/cloud/Cloud.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What Drover asks of AWS Secrets Manager (JSON 1.1 over POST /), and what it makes of the answers.
namespace drover::aws {

constexpr std::string_view service = "secretsmanager";
constexpr std::string_view current = "AWSCURRENT";   // the version that is read
constexpr std::string_view previous = "AWSPREVIOUS"; // the one it was moved away from
constexpr std::string_view pending = "DROVERPENDING"; // ours: a version that is written and not yet current

// https://secretsmanager.REGION.amazonaws.com; regions of China have a domain of their own.
std::string endpointOf(std::string_view region);
// Letters, digits and /_+=.@-, at most 512. (AWS advises against "-" and six characters at the end, which a search by part
// of an ARN could mistake; the playbook's names end so, and are only ever given whole.) Errors: invalidInput.
Result<void> checkName(std::string_view name);

// The headers of all: content-type and x-amz-target. host, x-amz-date and the signature are added on sending.
// `token`, a UUID, becomes the new version's id: the same request sent twice makes one version.
cloud::Request createRequest(std::string_view name, const cloud::Entry& entry, std::string_view token);
// A new version with the label `stage`; with none AWSCURRENT moves to it unconditionally.
cloud::Request putRequest(std::string_view name, const cloud::Entry& entry, std::string_view token, std::string_view stage);
cloud::Request readRequest(std::string_view name);
cloud::Request describeRequest(std::string_view name);
// Moves AWSCURRENT to version `to`, only if it is on version `from`; with no `from`, only if it is on none.
cloud::Request promoteRequest(std::string_view name, std::string_view to, std::string_view from);
cloud::Request listRequest(std::string_view prefix, std::size_t most, std::string_view nextToken);
// Deletes after the recovery window of `days` (7 to 30).
cloud::Request removeRequest(std::string_view name, unsigned days);

// ListSecrets of "x-amz-target: secretsmanager.ListSecrets": for the texts of errors.
std::string actionOf(const cloud::Request& request);

struct Version {
    cloud::Entry entry;
    std::string id;             // VersionId, the UUID of its write
    std::uint64_t version = 0;  // our counter where the version is ours, else a number made from the id
};
Result<Version> parseRead(const cloud::Reply& reply, std::string_view action = "GetSecretValue");
// The id of the version that was made.
Result<std::string> parseWritten(const cloud::Reply& reply, std::string_view action);
Result<void> parseDone(const cloud::Reply& reply, std::string_view action);

struct Description {
    bool deleted = false;             // it waits for the end of its recovery window
    std::string currentId;            // the version with AWSCURRENT; "" where none has it
    std::map<std::string, std::vector<std::string>> stages; // version id -> labels
};
Result<Description> parseDescribe(const cloud::Reply& reply);

struct Names {
    std::vector<std::string> names;
    std::string nextToken; // "" at the end
};
Result<Names> parseList(const cloud::Reply& reply);

// "ResourceNotFoundException" of `__type` (a "namespace#" in front of it is cut off) or of the header x-amzn-errortype
// ("…:http://…" behind it is cut off); "" where there is neither.
std::string errorType(const cloud::Reply& reply);
// The error of an answer with a status of 300 and above: unauthorized (unknown or wrong keys, an expired session, a wrong
// clock), forbidden (IAM or KMS), notFound, conflict (exists, another content for the same token), rateLimited, quota,
// refused (it is scheduled for deletion), unavailable, invalidInput, protocol. Each says what to do next.
Error errorOf(const cloud::Reply& reply, std::string_view action);

} // namespace drover::aws
