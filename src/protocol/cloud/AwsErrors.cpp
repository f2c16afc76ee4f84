// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Aws.h"

#include "protocol/json/JsonReader.h"

#include <algorithm>
#include <array>

namespace drover::aws {
namespace {

struct Told {
    std::string type;
    std::string message;
};

// "com.amazonaws.secretsmanager#ResourceNotFoundException", "ResourceNotFoundException:http://internal…"
std::string bareType(std::string_view text)
{
    if (const auto hash = text.rfind('#'); hash != std::string_view::npos)
        text.remove_prefix(hash + 1);
    return std::string(text.substr(0, text.find(':')));
}

Told toldBy(const cloud::Reply& reply)
{
    Told told;
    const auto parsed = parseJsonObject(reply.body);
    if (parsed.has_value()) {
        JsonFields fields{*parsed};
        told.type = bareType(fields.textOr("__type", {}));
        const auto lower = fields.textOr("message", {});
        told.message = lower.empty() ? fields.textOr("Message", {}) : lower;
    } else {
        told.message = std::string(reply.body.substr(0, 300));
    }
    const auto header = reply.header ? reply.header("x-amzn-errortype") : std::nullopt;
    if (told.type.empty() && header)
        told.type = bareType(*header);
    return told;
}

bool saysOf(const Told& told, std::string_view part)
{
    return told.message.find(part) != std::string::npos;
}

struct Meaning {
    std::string_view type;
    Errc code;
    std::string_view what;
};

constexpr auto meanings = std::to_array<Meaning>({
    {"ResourceNotFoundException", Errc::notFound, "there is no such entry"},
    {"ResourceExistsException", Errc::conflict, "the entry or the version exists already"},
    {"UnrecognizedClientException", Errc::unauthorized,
     "the access key id is not known, or its session token is missing: check aws.access_key_id and aws.session_token"},
    {"InvalidClientTokenId", Errc::unauthorized, "the access key id is not known: check aws.access_key_id"},
    {"ExpiredTokenException", Errc::unauthorized, "the session has expired: get new session credentials"},
    {"ExpiredToken", Errc::unauthorized, "the session has expired: get new session credentials"},
    {"RequestExpired", Errc::unauthorized, "this machine's clock is more than 5 minutes off: set it by NTP"},
    {"MissingAuthenticationTokenException", Errc::unauthorized, "the request came unsigned"},
    {"MissingAuthenticationToken", Errc::unauthorized, "the request came unsigned"},
    {"IncompleteSignatureException", Errc::unauthorized, "the signature is incomplete: check aws.access_key_id"},
    {"IncompleteSignature", Errc::unauthorized, "the signature is incomplete: check aws.access_key_id"},
    {"OptInRequired", Errc::forbidden, "this region is not enabled for the account"},
    {"DecryptionFailure", Errc::forbidden, "KMS cannot decrypt the entry: allow kms:Decrypt on its key, and see that the key is enabled"},
    {"EncryptionFailure", Errc::forbidden,
     "KMS cannot encrypt the entry: allow kms:GenerateDataKey on its key, and see that the key is enabled"},
    {"ThrottlingException", Errc::rateLimited, "AWS limits the rate of requests; try again later"},
    {"Throttling", Errc::rateLimited, "AWS limits the rate of requests; try again later"},
    {"TooManyRequestsException", Errc::rateLimited, "AWS limits the rate of requests; try again later"},
    {"RequestLimitExceeded", Errc::rateLimited, "AWS limits the rate of requests; try again later"},
    {"LimitExceededException", Errc::quota, "a quota of Secrets Manager is used up: delete old entries or versions, or have it raised"},
    {"PreconditionNotMetException", Errc::refused, "a precondition of AWS is not met"},
    {"InternalServiceError", Errc::unavailable, "Secrets Manager failed; try again"},
    {"InternalFailure", Errc::unavailable, "Secrets Manager failed; try again"},
    {"ServiceUnavailable", Errc::unavailable, "Secrets Manager is not available; try again"},
    {"InvalidNextTokenException", Errc::protocol, "AWS does not know its own page token"},
    {"MalformedPolicyDocumentException", Errc::invalidInput, "the resource policy is malformed"},
    {"InvalidParameterException", Errc::invalidInput, "AWS refused a parameter"},
    {"ValidationException", Errc::invalidInput, "AWS refused the request: check the region and the endpoint"},
    {"UnknownOperationException", Errc::protocol, "this endpoint is not Secrets Manager: check aws.endpoint"},
});

Error said(Errc code, std::string what, const Told& told)
{
    return cloud::failure(code, std::move(what), "AWS", told.message);
}

// The signature does not match: a wrong clock, or a wrong secret.
Error wrongSignature(const Told& told)
{
    if (saysOf(told, "Signature expired") || saysOf(told, "not yet current"))
        return said(Errc::unauthorized, "this machine's clock is more than 5 minutes off: set it by NTP", told);
    return said(Errc::unauthorized, "the secret access key does not belong to the access key id: check aws.secret_access_key", told);
}

Error invalidRequest(const Told& told)
{
    const bool deletion = saysOf(told, "scheduled for deletion") || saysOf(told, "marked for deletion") || saysOf(told, "marked deleted");
    if (deletion)
        return said(Errc::refused, "the entry waits for its deletion: bring it back with `aws secretsmanager restore-secret`, or take another name",
                    told);
    return said(Errc::invalidInput, "AWS refused the request", told);
}

} // namespace

std::string errorType(const cloud::Reply& reply)
{
    return toldBy(reply).type;
}

Error errorOf(const cloud::Reply& reply, std::string_view action)
{
    const Told told = toldBy(reply);
    if (told.type == "AccessDeniedException" || told.type == "AccessDenied") {
        if (saysOf(told, "KMS") || saysOf(told, "kms:"))
            return said(Errc::forbidden, "KMS refuses its key: allow kms:Decrypt and kms:GenerateDataKey on it", told);
        return said(Errc::forbidden, "the credentials may not do this: allow secretsmanager:" + std::string(action) + " in their IAM policy", told);
    }
    if (told.type == "InvalidSignatureException" || told.type == "SignatureDoesNotMatch")
        return wrongSignature(told);
    if (told.type == "InvalidRequestException")
        return invalidRequest(told);
    const auto* found = std::ranges::find(meanings, told.type, &Meaning::type);
    if (found != meanings.end())
        return said(found->code, std::string(found->what), told);
    if (reply.status == 429)
        return said(Errc::rateLimited, "AWS limits the rate of requests; try again later", told);
    if (reply.status >= 500)
        return said(Errc::unavailable, "Secrets Manager failed with status " + std::to_string(reply.status), told);
    if (told.type.empty())
        return said(Errc::protocol, "status " + std::to_string(reply.status) + " is no answer of Secrets Manager: check aws.endpoint", told);
    return said(Errc::invalidInput, "AWS refused the request as " + told.type, told);
}

} // namespace drover::aws
