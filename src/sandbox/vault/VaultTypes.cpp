// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/VaultTypes.h"

#include <charconv>

namespace drover::sandbox {

VaultAnswer vaultErrors(int status, std::string_view text)
{
    VaultAnswer answer;
    answer.status = status;
    answer.body = R"({"errors":[)";
    if (!text.empty())
        appendGoString(answer.body, text);
    answer.body += "]}\n";
    return answer;
}

VaultAnswer vaultFailure(int status, std::string_view text)
{
    return vaultErrors(status, "1 error occurred:\n\t* " + std::string(text) + "\n\n");
}

VaultAnswer vaultDone()
{
    VaultAnswer answer;
    answer.status = 204;
    return answer;
}

VaultAnswer vaultEnvelope(int status, const Envelope& envelope)
{
    VaultAnswer answer;
    answer.status = status;
    answer.body = R"({"request_id":")" + envelope.requestId + R"(","lease_id":"","renewable":false,"lease_duration":)" +
                  std::to_string(envelope.leaseDuration) + R"(,"data":)" + envelope.data +
                  R"(,"wrap_info":null,"warnings":)" + envelope.warnings + R"(,"auth":)" + envelope.auth + "}";
    // A status set by an engine comes without the newline that Go's encoder adds.
    if (status == 200)
        answer.body += '\n';
    return answer;
}

std::optional<std::int64_t> vaultSeconds(const Json& value)
{
    std::string_view text;
    if (const auto* number = value.asNumber())
        text = number->text;
    else if (const auto* string = value.asString())
        text = *string;
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, count);
    if (text.empty() || read.ec != std::errc{} || count < 0)
        return std::nullopt;
    const std::string_view unit(read.ptr, std::size_t(end - read.ptr));
    if (unit.empty() || unit == "s")
        return count;
    if (unit == "m")
        return count * 60;
    if (unit == "h")
        return count * 3600;
    return std::nullopt;
}

std::string shortSeconds(std::int64_t seconds)
{
    if (seconds != 0 && seconds % 3600 == 0)
        return std::to_string(seconds / 3600) + "h";
    if (seconds != 0 && seconds % 60 == 0)
        return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

} // namespace drover::sandbox
