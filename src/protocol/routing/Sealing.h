// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "domain/keys/SealedKey.h"

#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A key-encryption key: 32 random bytes with an id. Pipe and file carry one line "<kek id> <base64>" each.
struct Kek {
    std::string id;
    Secret key; // 32 bytes
};
Kek makeKek();
// Errors: invalidInput naming the line. The texts are wiped by the caller.
Result<std::vector<Kek>> parseKekLines(const Secret& lines);
Secret writeKekLine(const Kek& kek);

SealedKey sealKey(const Kek& kek, std::string_view workspace, std::string_view keyId,
                  const std::vector<std::string>& hosts, const Secret& apiKey);
// Errors: notFound (no such KEK), invalidInput (changed, or sealed for another id, workspace or host list).
Result<Secret> openKey(const std::vector<Kek>& keks, std::string_view workspace, std::string_view keyId,
                       const SealedKey& sealed);

// Unknown fields of a key are kept. Errors: invalidInput naming the field.
Result<SealedKeys> parseSealedKeys(std::string_view json);
std::string writeSealedKeys(const SealedKeys& keys);
// One value of them, as a field of Redis holds it.
Result<SealedKey> parseSealedKey(std::string_view json);
std::string writeSealedKey(const SealedKey& key);

// "host" or "host:port" of a base URL, as it stands in `hosts`. Errors: invalidInput (not http/https, no host;
// http for anything but loopback).
Result<std::string> hostOfUrl(std::string_view url);
// Whether it is an address of this machine: localhost, [::1] or 127.a.b.c.
bool isLoopbackUrl(std::string_view url);

// A short, stable name for a key that does not reveal it: 16 hex digits of SHA-256 over "drover key|" and the key.
std::string fingerprintOf(const Secret& apiKey);

} // namespace drover
