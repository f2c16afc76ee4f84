// SPDX-License-Identifier: Apache-2.0
#include "protocol/routing/Sealing.h"

#include "base/Ids.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Base64.h"

#include <sodium.h>

#include <algorithm>

namespace drover {
namespace {

constexpr std::size_t nonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kekBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;

const unsigned char* sealBytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* sealBytes(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string associatedData(std::string_view workspace, std::string_view kek, std::string_view keyId,
                           const std::vector<std::string>& hosts)
{
    std::string data = "drover/1|";
    data.append(workspace).append("|").append(kek).append("|").append(keyId).append("|");
    for (std::size_t i = 0; i < hosts.size(); ++i)
        data.append(i == 0 ? "" : ",").append(hosts[i]);
    return data;
}

Error kekError(std::size_t line, std::string what)
{
    return Error{Errc::invalidInput, std::move(what), "line " + std::to_string(line)};
}

Result<Kek> parseKekLine(std::string_view text, std::size_t line)
{
    const auto space = text.find(' ');
    if (space == std::string_view::npos || space == 0)
        return kekError(line, "\"<kek id> <base64>\" was expected");
    auto bytes = fromBase64(text.substr(space + 1));
    if (!bytes || bytes->size() != kekBytes) {
        if (bytes)
            wipe(*bytes);
        return kekError(line, "the key is not 32 bytes in base64");
    }
    return Kek{std::string(text.substr(0, space)), Secret::taking(*bytes)};
}

} // namespace

Kek makeKek()
{
    if (sodium_init() < 0)
        throw_exception_from_error({Errc::internal, "libsodium cannot start", {}}, BOOST_CURRENT_LOCATION);
    std::string bytes(kekBytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    auto random = Random::fromSystem();
    return Kek{shortId("kek_", random), Secret::taking(bytes)};
}

Result<std::vector<Kek>> parseKekLines(const Secret& lines)
{
    return lines.reveal([](std::string_view text) -> Result<std::vector<Kek>> {
        std::vector<Kek> keks;
        for (std::size_t line = 1; !text.empty(); ++line) {
            const auto end = text.find('\n');
            std::string_view one = text.substr(0, end);
            text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
            if (one.ends_with('\r'))
                one.remove_suffix(1);
            if (one.empty())
                continue;
            DROVER_TRY(auto kek, parseKekLine(one, line));
            keks.push_back(std::move(kek));
        }
        if (keks.empty())
            return kekError(1, "no key-encryption key was given");
        return keks;
    });
}

Secret writeKekLine(const Kek& kek)
{
    std::string line = kek.id + " ";
    kek.key.reveal([&](std::string_view bytes) {
        std::string text = toBase64(bytes);
        line.reserve(line.size() + text.size() + 1); // no copy is left behind by growing
        line.append(text).append("\n");
        wipe(text);
    });
    return Secret::taking(line);
}

SealedKey sealKey(const Kek& kek, std::string_view workspace, std::string_view keyId,
                  const std::vector<std::string>& hosts, const Secret& apiKey)
{
    const std::string data = associatedData(workspace, kek.id, keyId, hosts);
    std::string box(nonceBytes + apiKey.size() + tagBytes, '\0');
    randombytes_buf(box.data(), nonceBytes);
    apiKey.reveal([&](std::string_view plain) {
        kek.key.reveal([&](std::string_view key) {
            crypto_aead_xchacha20poly1305_ietf_encrypt(sealBytes(box) + nonceBytes, nullptr, sealBytes(plain),
                                                       plain.size(), sealBytes(data), data.size(), nullptr,
                                                       sealBytes(box), sealBytes(key));
        });
    });
    return SealedKey{kek.id, hosts, toBase64(box), {}};
}

Result<Secret> openKey(const std::vector<Kek>& keks, std::string_view workspace, std::string_view keyId,
                       const SealedKey& sealed)
{
    const auto kek = std::ranges::find(keks, sealed.kek, &Kek::id);
    if (kek == keks.end())
        return Error{Errc::notFound, "the key-encryption key " + sealed.kek + " is not here", std::string(keyId)};
    const auto box = fromBase64(sealed.sealed);
    if (!box || box->size() < nonceBytes + tagBytes)
        return Error{Errc::invalidInput, "the sealed key is cut short or not base64", std::string(keyId)};
    const std::string data = associatedData(workspace, sealed.kek, keyId, sealed.hosts);
    std::string plain(box->size() - nonceBytes - tagBytes, '\0');
    const int refused = kek->key.reveal([&](std::string_view key) {
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealBytes(plain), nullptr, nullptr,
                                                          sealBytes(std::string_view(*box)) + nonceBytes,
                                                          box->size() - nonceBytes, sealBytes(data), data.size(),
                                                          sealBytes(std::string_view(*box)), sealBytes(key));
    });
    if (refused != 0)
        return Error{Errc::invalidInput,
                     "the sealed key was changed, or sealed for another id, workspace or list of hosts",
                     std::string(keyId)};
    return Secret::taking(plain);
}

namespace {

SealedKey sealedKeyFrom(JsonFields& value)
{
    if (value.count("v") != 1)
        value.fail("v", "this Drover reads version 1");
    return {value.text("kek"), value.texts("hosts"), value.text("sealed"), value.others({"v", "kek", "hosts", "sealed"})};
}

void writeSealedKey(JsonWriter& json, const SealedKey& key)
{
    json.beginObject().field("v", 1).field("kek", key.kek).key("hosts").beginArray();
    for (const auto& host : key.hosts)
        json.text(host);
    json.endArray().field("sealed", key.sealed).membersOf(key.extra).endObject();
}

} // namespace

Result<SealedKeys> parseSealedKeys(std::string_view json)
{
    DROVER_TRY(const auto object, parseJsonObject(json));
    JsonFields fields{object};
    SealedKeys keys;
    for (const auto& member : object) {
        const std::string_view id{member.key().data(), member.key().size()};
        const bool read = fields.object(id, [&](JsonFields& value) { keys.emplace(id, sealedKeyFrom(value)); });
        if (!read)
            fields.fail(id, "an object was expected");
    }
    if (fields.error())
        return *fields.error();
    return keys;
}

std::string writeSealedKeys(const SealedKeys& keys)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    for (const auto& [id, key] : keys) {
        json.key(id);
        writeSealedKey(json, key);
    }
    json.endObject();
    return out;
}

Result<SealedKey> parseSealedKey(std::string_view json)
{
    DROVER_TRY(const auto object, parseJsonObject(json));
    JsonFields fields{object};
    SealedKey key = sealedKeyFrom(fields);
    if (fields.error())
        return *fields.error();
    return key;
}

std::string writeSealedKey(const SealedKey& key)
{
    std::string out;
    JsonWriter json{out};
    writeSealedKey(json, key);
    return out;
}

std::string fingerprintOf(const Secret& apiKey)
{
    return apiKey.reveal([](std::string_view key) {
        crypto_hash_sha256_state state;
        crypto_hash_sha256_init(&state);
        crypto_hash_sha256_update(&state, sealBytes(std::string_view("drover key|")), 11);
        crypto_hash_sha256_update(&state, sealBytes(key), key.size());
        std::string digest(crypto_hash_sha256_BYTES, '\0');
        crypto_hash_sha256_final(&state, sealBytes(digest));
        return toHex(std::string_view(digest).substr(0, 8));
    });
}

} // namespace drover
