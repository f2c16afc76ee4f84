// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "base/Time.h"
#include "protocol/openai/RateLimit.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the three secret managers of the clouds have in common: how a request and an answer look here, and how one entry
// is laid out in their single value. Values only; sending, deadlines and tokens are the services' business.
namespace drover::cloud {

struct Request {
    std::string method;
    std::string target; // path and query, percent-encoded, below the service's base URL
    std::vector<std::pair<std::string, std::string>> headers;
    Secret body; // JSON or a form, or empty
};

struct Reply {
    int status = 0;
    std::string_view body;
    HeaderLookup header; // may be empty
    bool good() const { return status >= 200 && status < 300; }
};

// One entry: the secret under `api_key`, the notes beside it. Two fields are the adapter's own: `drover_version`, its
// counter of versions, and `drover_write`, the id of the write that made this version, by which a write whose answer was
// lost is known again.
struct Entry {
    Secret value;
    std::map<std::string, std::string> notes;
    std::uint64_t version = 0; // 0: none is written in it
    std::string writeId;
};

Secret writeEntry(const Entry& entry);
// A value that is no JSON object is taken as the secret itself: somebody else wrote it. Errors: invalidInput (a JSON
// object without `api_key`). The text is wiped by the caller.
Result<Entry> readEntry(std::string_view text);

// The number of a version that carries no counter of ours: made from the store's own id of it, so that two of them
// differ, and above 2^52, so that it is none of ours.
std::uint64_t foreignVersion(std::string_view storesId);

// Everything but letters, digits and -._~ as %XX.
std::string percentEncoded(std::string_view text);
// "a=b&c=d" for a query or a form.
std::string formEncoded(const std::vector<std::pair<std::string_view, std::string_view>>& fields);

// CRC-32C (Castagnoli, RFC 3720 B.4), by which GCP checks payloads.
std::uint32_t crc32c(std::string_view bytes);

// The text of somebody else's error: one line, at most 300 characters, what looks like a key masked.
std::string tidied(std::string_view text);
// "what (AWS says: said)".
Error failure(Errc code, std::string what, std::string_view who, std::string_view said);

// An access token of OAuth 2.0, as GCP's and Azure's token endpoints give it.
struct AccessToken {
    Secret token;
    Duration life{}; // from the answer on
};
// Errors: unauthorized with what to do next, rateLimited, unavailable, protocol.
Result<AccessToken> parseToken(const Reply& reply, std::string_view who);

} // namespace drover::cloud
