// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/AwsState.h"

#include "protocol/cloud/SigV4.h"

#include <algorithm>
#include <cstdlib>

namespace drover::sandbox {
namespace {

using Problem = std::pair<std::string, std::string>;

// "Name=value" of the header Authorization, up to a comma.
std::string_view partOf(std::string_view authorization, std::string_view name)
{
    const auto at = authorization.find(name);
    if (at == std::string_view::npos)
        return {};
    const auto rest = authorization.substr(at + name.size());
    return rest.substr(0, rest.find(','));
}

std::vector<std::string> split(std::string_view text, char by)
{
    std::vector<std::string> parts;
    for (;;) {
        const auto end = std::min(text.find(by), text.size());
        parts.emplace_back(text.substr(0, end));
        if (end == text.size())
            return parts;
        text.remove_prefix(end + 1);
    }
}

// "20150830T123600Z"
std::optional<WallTime> timeOf(std::string_view date)
{
    if (date.size() != 16)
        return std::nullopt;
    const std::string text(date);
    const auto iso = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2) + "T" + text.substr(9, 2) + ":" +
                     text.substr(11, 2) + ":" + text.substr(13, 2) + "Z";
    const auto time = parseTime(iso);
    return time.has_value() ? std::optional{*time} : std::nullopt;
}

std::optional<Problem> clockProblem(std::string_view date, WallTime now)
{
    constexpr Duration most = 5min;
    const auto signedAt = timeOf(date);
    if (!signedAt)
        return Problem{"IncompleteSignatureException", "Date must be in ISO-8601 'basic format'."};
    const std::string named(date);
    if (*signedAt < now - most)
        return Problem{"InvalidSignatureException", "Signature expired: " + named + " is now earlier than " + aws::amzDate(now - most) +
                                                        " (" + aws::amzDate(now) + " - 5 min.)"};
    if (*signedAt > now + most)
        return Problem{"InvalidSignatureException", "Signature not yet current: " + named + " is still later than " +
                                                        aws::amzDate(now + most) + " (" + aws::amzDate(now) + " + 5 min.)"};
    return std::nullopt;
}

} // namespace

std::optional<std::pair<std::string, std::string>> awsSignatureProblem(const CloudRequest& request, const AwsLogin& login,
                                                                       WallTime now)
{
    const auto authorization = request.header("authorization");
    if (authorization.empty())
        return Problem{"MissingAuthenticationTokenException", "Missing Authentication Token"};
    const auto scope = split(partOf(authorization, "Credential="), '/');
    const auto names = split(partOf(authorization, "SignedHeaders="), ';');
    const auto date = request.header("x-amz-date");
    const auto isSigned = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
    if (!authorization.starts_with("AWS4-HMAC-SHA256 ") || scope.size() != 5 || !isSigned("host") || !isSigned("x-amz-date"))
        return Problem{"IncompleteSignatureException", "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders'."};
    if (scope[0] != login.accessKeyId || request.header("x-amz-security-token") != login.sessionToken)
        return Problem{"UnrecognizedClientException", "The security token included in the request is invalid."};
    if (login.sessionOver)
        return Problem{"ExpiredTokenException", "The security token included in the request is expired"};
    if (!login.sessionToken.empty() && !isSigned("x-amz-security-token"))
        return Problem{"InvalidSignatureException", "'X-Amz-Security-Token' must be a signed header."};
    if (auto problem = clockProblem(date, now))
        return problem;
    if (scope[1] != date.substr(0, 8) || scope[3] != "secretsmanager" || scope[4] != "aws4_request")
        return Problem{"InvalidSignatureException", "Credential should be scoped correctly."};
    aws::Signable signable{request.method, request.target, {}, request.body};
    for (const auto& name : names)
        signable.headers.emplace_back(name, request.header(name));
    const auto wanted = aws::authorization({scope[0], scope[2], scope[3]}, Secret{login.secretAccessKey}, date, signable);
    if (partOf(wanted, "Signature=") != partOf(authorization, "Signature="))
        return Problem{"InvalidSignatureException", "The request signature we calculated does not match the signature you provided. "
                                                    "Check your AWS Secret Access Key and signing method."};
    return std::nullopt;
}

} // namespace drover::sandbox
