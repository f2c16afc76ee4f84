// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Server.h"

#include "base/Clock.h"
#include "sandbox/cloud/AwsState.h"
#include "sandbox/cloud/AzureState.h"
#include "sandbox/cloud/GcpState.h"
#include "sandbox/provider/Reply.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drover::sandbox {

// The three stand-ins for clouds, each on a port of its own.
class Clouds {
public:
    Clouds(const Clock& clock, std::uint64_t seed) : aws{clock, seed}, gcp{clock, seed}, azure{clock, seed} {}

    AwsState aws;
    GcpState gcp;
    AzureState azure;
};

class CloudServers {
public:
    // With `tls` they speak https. `clouds` outlives the servers.
    CloudServers(http::Loop& loop, Clouds& clouds, const Clock& clock, std::shared_ptr<http::TlsContext> tls);

    // Ports base, base + 1 and base + 2: aws, gcp, azure. Errors: busy.
    Result<void> listen(const std::string& host, std::optional<std::uint16_t> portBase);
    // {"aws":URL,"gcp":URL,"azure":URL}
    std::string json() const;
    http::Async<void> stop(Deadline end);

private:
    Clouds& clouds_;
    http::Server aws_;
    http::Server gcp_;
    http::Server azure_;
};

// What a client needs to log in, for the control address: the GCP part is a service account's key file.
Reply cloudLogins(Clouds& clouds);

} // namespace drover::sandbox
