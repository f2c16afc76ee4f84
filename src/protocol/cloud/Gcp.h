// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/cloud/Cloud.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What Drover asks of GCP Secret Manager (REST v1), and what it makes of the answers. Versions are numbered by GCP, from
// 1 and one by one.
namespace drover::gcp {

constexpr std::string_view defaultEndpoint = "https://secretmanager.googleapis.com";

// Letters, digits, - and _, at most 255. Errors: invalidInput.
Result<void> checkName(std::string_view name);

cloud::Request createRequest(std::string_view project, std::string_view name);
cloud::Request addRequest(std::string_view project, std::string_view name, const cloud::Entry& entry);
// `version`: a number, or 0 for `latest`, the one made last, even if it is disabled.
cloud::Request accessRequest(std::string_view project, std::string_view name, std::uint64_t version = 0);
cloud::Request versionsRequest(std::string_view project, std::string_view name, std::string_view pageToken = {});
cloud::Request listRequest(std::string_view project, std::string_view prefix, std::size_t most, std::string_view pageToken = {});
cloud::Request disableRequest(std::string_view project, std::string_view name, std::uint64_t version);
cloud::Request removeRequest(std::string_view project, std::string_view name);

// The entry with GCP's number in it. Errors: protocol where the checksum does not fit: the value was damaged on its way.
Result<cloud::Entry> parseAccess(const cloud::Reply& reply);
// The number of the version that was made.
Result<std::uint64_t> parseAdded(const cloud::Reply& reply);
Result<void> parseDone(const cloud::Reply& reply, std::string_view permission);

enum class State { enabled, disabled, destroyed };
struct Version {
    std::uint64_t number = 0;
    State state = State::enabled;
    bool operator==(const Version&) const = default;
};
struct Versions {
    std::vector<Version> versions; // newest first
    std::string nextPage;
};
Result<Versions> parseVersions(const cloud::Reply& reply);
struct Names {
    std::vector<std::string> names; // without "projects/…/secrets/"
    std::string nextPage;
};
Result<Names> parseList(const cloud::Reply& reply);

// The error of an answer with a status of 300 and above: unauthorized, forbidden (with the permission that is missing,
// or the API that is off), notFound, conflict (exists, aborted), refused (disabled or destroyed), rateLimited,
// unavailable, timeout, invalidInput, protocol.
Error errorOf(const cloud::Reply& reply, std::string_view permission);

// A service account's key file.
struct ServiceAccount {
    std::string email;
    std::string keyId;
    std::string tokenUri;
    std::string project;
    Secret privateKey; // PEM
};
// Errors: invalidInput, with the field as `where`.
Result<ServiceAccount> parseServiceAccount(const Secret& json);
// Header and claims of the RS256 JWT, in base64url with the full stop between them; the signature goes behind another.
// It holds for an hour.
std::string assertionToSign(const ServiceAccount& account, WallTime now);
// `target` is the path of token_uri.
cloud::Request tokenRequest(std::string_view target, std::string_view assertion);

} // namespace drover::gcp
