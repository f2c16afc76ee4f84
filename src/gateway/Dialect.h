// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "http/Fields.h"
#include "http/Head.h"
#include "protocol/openai/RequestFacts.h"

#include <string>
#include <string_view>
#include <vector>

namespace drover::gateway {

class Keyring;
struct OpenKey;

// Whether the client speaks Anthropic's dialect: by the path, else by its version header.
bool speaksAnthropic(const http::Head& head);

// The body of an error of our own, in the client's dialect; `status` decides its type.
std::string errorBody(bool anthropic, int status, std::string_view code, std::string_view message,
                      std::string_view requestId);

// The client's X-Request-ID where it is 1 to 128 characters of [A-Za-z0-9._:-], else "".
std::string_view requestIdOf(const http::Head& head);

// What a provider is told of the client's headers: an allow-list.
void addClientFields(http::Fields& out, const http::Head& client);
// The same for a mirrored call: without idempotency keys, or a provider would repeat its first answer.
void addMirrorFields(http::Fields& out, const http::Head& client);
// The provider's own credential.
void addCredential(http::Fields& out, const OpenKey& key, bool anthropic);
// What the client is told of the provider's: everything but framing, connection and cookies; the provider's request id
// goes by X-Drover-Upstream-Request-ID. Header values lose any key of ours.
void addAnswerFields(http::Fields& out, const http::Head& upstream, const OpenKey& key);

// The text without the key, and without anything that looks like a provider's key.
std::string scrubbed(std::string_view text, const OpenKey& key);

} // namespace drover::gateway
