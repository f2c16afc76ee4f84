// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Secret.h"
#include "base/Time.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// AWS Signature Version 4 for services other than S3.
namespace drover::aws {

struct SigningKey {
    std::string accessKeyId;
    std::string region;  // us-east-1
    std::string service; // secretsmanager
};

// What is signed: all headers given here, in any order and case; a name may come twice.
struct Signable {
    std::string_view method;
    std::string_view target; // as on the wire: path, and query where there is one
    std::vector<std::pair<std::string, std::string>> headers; // with host and x-amz-date
    std::string_view body;
};

// "20150830T123600Z"
std::string amzDate(WallTime time);

// The path is normalised (RFC 3986 5.2.4) and encoded once more than it came; the query is decoded, sorted, encoded.
std::string canonicalRequest(const Signable& request);
std::string signedHeaders(const Signable& request);
// `date` is x-amz-date.
std::string stringToSign(const SigningKey& key, std::string_view date, std::string_view canonical);
// The HMAC chain; 32 bytes.
Secret signingKey(const SigningKey& key, const Secret& secretKey, std::string_view date);
// Lowercase hex.
std::string signature(const Secret& signingKey, std::string_view stringToSign);
// The value of the header Authorization.
std::string authorization(const SigningKey& key, const Secret& secretKey, std::string_view date, const Signable& request);

} // namespace drover::aws
