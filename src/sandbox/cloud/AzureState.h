// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/cloud/CloudTypes.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

struct AzureLogin {
    std::string tenant = "5a0db0c5-0000-4000-8000-000000000001";
    std::string clientId = "5a0db0c5-0000-4000-8000-000000000002";
    std::string clientSecret = "drover-sandbox~client-secret";
};

// A stand-in for Azure Key Vault and for Entra ID's token endpoint, as far as Drover uses them: the challenge, client
// credentials, versions, soft deletion. It is validated by Azure's own clients for Node (tests/npm). Not simulated: roles,
// firewalls, the time that deleting and recovering take.
class AzureState {
public:
    AzureState(const Clock& clock, std::uint64_t seed) : clock_(clock), ids_(seed) {}

    CloudAnswer handle(const CloudRequest& request);
    void endTokens() { tokens_.clear(); }

    AzureLogin login;
    std::string baseUrl = "http://localhost"; // where it is reached: part of every id
    std::string resource;                     // "" = baseUrl
    CloudFaults faults;
    int tokensIssued = 0;

private:
    struct Version {
        std::string id;
        std::string value;
        Json contentType;
        Json tags;
        bool enabled = true;
        std::int64_t created = 0;
        std::int64_t updated = 0;
    };
    struct Entry {
        std::string name; // as it was first written: names know no case
        std::vector<Version> versions;
        std::int64_t deleted = 0;
    };

    std::string resourceUrl() const { return resource.empty() ? baseUrl : resource; }
    CloudAnswer unauthorized() const;
    CloudAnswer discovery() const;
    CloudAnswer token(const CloudRequest& request, const std::string& tenant);
    CloudAnswer secrets(const CloudRequest& request, const std::vector<std::string>& parts);
    CloudAnswer set(const std::string& name, const CloudRequest& request);
    CloudAnswer patch(const std::string& name, const std::string& version, const CloudRequest& request);
    CloudAnswer get(const std::string& name, const std::string& version);
    CloudAnswer list(const CloudRequest& request);
    CloudAnswer versions(const std::string& name, const CloudRequest& request);
    CloudAnswer remove(const std::string& name);
    CloudAnswer deletedCall(const CloudRequest& request, const std::vector<std::string>& parts);
    CloudAnswer page(const CloudRequest& request, const Json::Array& all) const;
    Entry* find(const std::string& name, bool deleted = false);
    Json::Object itemJson(const Entry& entry, const Version& version, bool withVersion) const;
    Json::Object deletedJson(const Entry& entry) const;
    std::int64_t now() const;

    const Clock& clock_;
    Random ids_;
    std::map<std::string, SteadyTime> tokens_; // until
    std::map<std::string, Entry> entries_;     // by name in lower case
};

} // namespace drover::sandbox
