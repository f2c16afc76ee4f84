// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/cloud/CloudTypes.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

struct AwsLogin {
    std::string accessKeyId = "AKIADROVERSANDBOX000";
    std::string secretAccessKey = "drover-sandbox-secret-access-key";
    std::string sessionToken;  // "" = keys without a session
    bool sessionOver = false;
};

// A stand-in for AWS Secrets Manager, as far as Drover uses it: signatures (checked as AWS does, clock included),
// versions with labels, idempotent writes, deletion with its window. It is validated by AWS's own client for Node
// (tests/npm). Not simulated: KMS, policies, rotation, replication, the limits of rates and versions.
class AwsState {
public:
    AwsState(const Clock& clock, std::uint64_t seed) : clock_(clock), ids_(seed) {}

    CloudAnswer handle(const CloudRequest& request);

    AwsLogin login;
    CloudFaults faults;

private:
    struct Version {
        std::string value;
        bool binary = false;
        std::set<std::string> stages;
        double created = 0;
    };
    struct Entry {
        std::string arn;
        std::string description;
        Json tags;
        std::map<std::string, Version> versions;
        double created = 0;
        double changed = 0;
        double deleted = 0; // 0 = it is not
        bool has(const std::string& id, std::string_view stage) const;
    };
    using Fields = Json;

    CloudAnswer act(std::string_view action, const Fields& fields);
    CloudAnswer create(const Fields& fields);
    CloudAnswer put(const Fields& fields);
    CloudAnswer get(const Fields& fields);
    CloudAnswer describe(const Fields& fields);
    CloudAnswer versions(const Fields& fields);
    CloudAnswer list(const Fields& fields);
    CloudAnswer moveStage(const Fields& fields);
    CloudAnswer remove(const Fields& fields);
    CloudAnswer restore(const Fields& fields);
    // Adds the version, or finds that the very same is there. "" or the type of an error.
    std::string addVersion(Entry& entry, const Fields& fields, const std::string& id, const std::vector<std::string>& stages);
    void giveStage(Entry& entry, const std::string& id, const std::string& stage);
    Entry* find(const Fields& fields);
    double now() const;
    CloudAnswer answerOf(const std::string& name, const Entry& entry, Json::Object more) const;

    const Clock& clock_;
    Random ids_;
    std::map<std::string, Entry> entries_;
};

// What is wrong with the request's signature: type and message, or nothing.
std::optional<std::pair<std::string, std::string>> awsSignatureProblem(const CloudRequest& request, const AwsLogin& login,
                                                                       WallTime now);

} // namespace drover::sandbox
