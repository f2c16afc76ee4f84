// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/cloud/CloudTypes.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

// An RSA key of its own, made when it is first asked for: that takes a moment.
class RsaKey {
public:
    RsaKey();
    ~RsaKey();
    std::string privatePem();
    // Whether the RS256 signature (bytes) over the text is this key's.
    bool verifies(std::string_view text, std::string_view signature);

private:
    struct Key;
    Key& key();
    std::unique_ptr<Key> key_;
};

// A stand-in for GCP Secret Manager and its token endpoint, as far as Drover uses them: service accounts' assertions
// (signature, audience, times), numbered versions with states, checksums. Its tokens are asked for by Google's own
// library for Node (tests/npm); the rest is plain REST there too. Not simulated: IAM, replication, aliases, etags.
class GcpState {
public:
    GcpState(const Clock& clock, std::uint64_t seed) : clock_(clock), ids_(seed) {}

    CloudAnswer handle(const CloudRequest& request);
    // A service account's key file whose tokens come from here.
    std::string serviceAccount();
    // Every token issued so far is over.
    void endTokens() { tokens_.clear(); }

    std::string baseUrl = "http://localhost"; // where it is reached: part of the assertion
    std::string project = "drover-sandbox";
    CloudFaults faults;
    int tokensIssued = 0;

private:
    enum class State { enabled, disabled, destroyed };
    struct Version {
        std::string data; // base64
        State state = State::enabled;
        WallTime created{};
    };
    struct Entry {
        std::vector<Version> versions; // number i + 1
        Json labels;
        WallTime created{};
    };

    CloudAnswer token(const CloudRequest& request);
    CloudAnswer call(const CloudRequest& request, std::vector<std::string> parts);
    CloudAnswer create(const CloudRequest& request);
    CloudAnswer list(const CloudRequest& request);
    CloudAnswer add(const std::string& name, Entry& entry, const CloudRequest& request);
    CloudAnswer listVersions(const std::string& name, const Entry& entry, const CloudRequest& request);
    CloudAnswer version(const std::string& name, Entry& entry, std::string which, const std::string& verb);
    std::string nameOf(const std::string& name) const;
    Json versionJson(const std::string& name, const Entry& entry, std::size_t number) const;

    const Clock& clock_;
    Random ids_;
    RsaKey key_;
    std::map<std::string, SteadyTime> tokens_; // until
    std::map<std::string, Entry> entries_;
};

} // namespace drover::sandbox
