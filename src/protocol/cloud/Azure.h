// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/cloud/Cloud.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What Drover asks of Azure Key Vault (REST 7.4), and what it makes of the answers.
namespace drover::azure {

constexpr std::string_view apiVersion = "7.4";
constexpr std::string_view defaultAuthority = "https://login.microsoftonline.com";

// "holysheep/k_01" -> "holysheep-k-01": / and _ become -. Two names may fall together (k_01 and k-01; Azure looks at no
// case either): the tag drover-name tells them apart. Errors: invalidInput (other characters, more than 127).
Result<std::string> mappedName(std::string_view name);

// `name` is the mapped one, `original` goes into the tag.
cloud::Request setRequest(std::string_view name, std::string_view original, const cloud::Entry& entry);
// `version`: an id, or "" for the newest.
cloud::Request readRequest(std::string_view name, std::string_view version = {});
cloud::Request versionsRequest(std::string_view name);
cloud::Request listRequest(std::size_t most);
cloud::Request disableRequest(std::string_view name, std::string_view version);
cloud::Request removeRequest(std::string_view name);
// The next page, from an answer's nextLink. Errors: protocol where it leads to another host than the vault's: the token
// goes with it.
Result<cloud::Request> nextPageRequest(std::string_view vaultUrl, std::string_view nextLink);

struct Version {
    std::string id;            // 32 hex digits
    std::string name;          // the tag drover-name; "" where somebody else made the version
    std::string writeId;       // the tag drover-write
    std::uint64_t version = 0; // our counter, from the tag drover-version; else a number made from the id
    std::int64_t created = 0;  // Unix seconds
    bool enabled = true;
    bool ours() const { return !writeId.empty(); }
};
struct Secretly {
    Version version;
    cloud::Entry entry;
};
Result<Secretly> parseRead(const cloud::Reply& reply);
// What a write made: without its value.
Result<Version> parseSet(const cloud::Reply& reply);
struct Versions {
    std::vector<Version> versions;
    std::string nextLink;
};
// None where there is no such entry.
Result<Versions> parseVersions(const cloud::Reply& reply);
// The newest that is enabled: by time, and within a second by our counter. Null where there is none.
const Version* currentOf(const std::vector<Version>& versions);
struct Listed {
    std::string mapped; // the name in the vault
    std::string name;   // the tag drover-name, or ""
};
struct Names {
    std::vector<Listed> names;
    std::string nextLink;
};
Result<Names> parseList(const cloud::Reply& reply);
Result<void> parseDone(const cloud::Reply& reply, std::string_view right);

// Whether the newest version cannot be read because it is disabled: an older one may be current then.
bool isDisabled(const cloud::Reply& reply);
// The error of an answer with a status of 300 and above: unauthorized, forbidden (a role or access policy, the vault's
// firewall), notFound, refused (disabled, or deleted and not yet purged), conflict, rateLimited, unavailable,
// invalidInput, protocol. `right` is what is asked for: "get", "set", "list", "delete".
Error errorOf(const cloud::Reply& reply, std::string_view right);

// Where a token for the vault comes from, as its 401 says.
struct Challenge {
    std::string authority; // https://login.microsoftonline.com
    std::string tenant;
    std::string scope;     // https://vault.azure.net/.default
};
// Reads WWW-Authenticate and checks it, so that no token goes to a vault that is none: the resource's host must be the
// end of the vault's. Errors: protocol, refused.
Result<Challenge> parseChallenge(const cloud::Reply& reply, std::string_view vaultUrl);
// `authority` is whom the settings trust with the client secret; another one in the challenge is refused. A tenant of the
// settings must be the vault's where both are ids. Gives the tenant to ask. Errors: refused.
Result<std::string> tenantFor(const Challenge& challenge, std::string_view authority, std::string_view tenant);
// Its target begins at the authority.
cloud::Request tokenRequest(std::string_view tenant, std::string_view clientId, const Secret& clientSecret, std::string_view scope);

} // namespace drover::azure
