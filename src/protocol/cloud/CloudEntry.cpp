// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Cloud.h"

#include "protocol/json/JsonScan.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/openai/Errors.h"
#include "protocol/routing/Base64.h"

#include <array>
#include <charconv>

namespace drover::cloud {
namespace {

constexpr std::string_view valueField = "api_key";
constexpr std::string_view versionField = "drover_version";
constexpr std::string_view writeField = "drover_write";

bool isOwnField(std::string_view name)
{
    return name == valueField || name == versionField || name == writeField;
}

constexpr std::array<std::uint32_t, 256> crcTable()
{
    constexpr std::uint32_t castagnoli = 0x82f63b78; // reversed
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1) != 0 ? (crc >> 1) ^ castagnoli : crc >> 1;
        table[i] = crc;
    }
    return table;
}

void takeMember(const std::string& name, JsonScan& value, Entry& entry, bool& hasSecret)
{
    if (value.kind() != '"') {
        if (!isOwnField(name))
            entry.notes[name] = std::string(value.raw());
        return;
    }
    auto text = value.text().value_or(std::string());
    if (name == valueField) {
        entry.value = Secret::taking(text);
        hasSecret = true;
    } else if (name == versionField) {
        std::from_chars(text.data(), text.data() + text.size(), entry.version);
    } else if (name == writeField) {
        entry.writeId = std::move(text);
    } else {
        entry.notes[name] = std::move(text);
    }
}

} // namespace

Secret writeEntry(const Entry& entry)
{
    std::string text;
    std::size_t size = 200 + 6 * entry.value.size(); // no copy of the secret is left behind by growing
    for (const auto& [name, note] : entry.notes)
        size += 6 * (name.size() + note.size()) + 10;
    text.reserve(size);
    JsonWriter json{text};
    json.beginObject();
    entry.value.reveal([&](std::string_view value) { json.field(valueField, value); });
    for (const auto& [name, note] : entry.notes)
        if (!isOwnField(name))
            json.field(name, note);
    if (entry.version != 0)
        json.field(versionField, std::to_string(entry.version));
    if (!entry.writeId.empty())
        json.field(writeField, entry.writeId);
    json.endObject();
    return Secret::taking(text);
}

Result<Entry> readEntry(std::string_view text)
{
    Entry entry;
    JsonScan scan{text};
    if (scan.kind() != '{') {
        entry.value = Secret{text};
        return entry;
    }
    bool hasSecret = false;
    const bool whole =
        scan.members([&](std::string_view name, JsonScan& value) { takeMember(std::string(name), value, entry, hasSecret); });
    if (!whole || !hasSecret)
        return Error{Errc::invalidInput, "the entry has no api_key", {}};
    return entry;
}

std::uint64_t foreignVersion(std::string_view storesId)
{
    constexpr std::uint64_t bottom = std::uint64_t{1} << 52;
    const auto digest = sha256(storesId);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 7; ++i)
        number = (number << 8) | static_cast<unsigned char>(digest[i]);
    return bottom | (number & (bottom - 1));
}

std::string percentEncoded(std::string_view text)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                           c == '.' || c == '~';
        if (plain)
            out += c;
        else
            out.append(1, '%').append(1, hex[code >> 4]).append(1, hex[code & 15]);
    }
    return out;
}

std::string formEncoded(const std::vector<std::pair<std::string_view, std::string_view>>& fields)
{
    std::string out;
    for (const auto& [name, value] : fields)
        out.append(out.empty() ? "" : "&").append(percentEncoded(name)).append("=").append(percentEncoded(value));
    return out;
}

std::uint32_t crc32c(std::string_view bytes)
{
    static constexpr auto table = crcTable();
    std::uint32_t crc = ~std::uint32_t{0};
    for (const char c : bytes)
        crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
    return ~crc;
}

std::string tidied(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool blank = static_cast<unsigned char>(c) <= ' ';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (out.ends_with(' '))
        out.pop_back();
    return maskSecrets(out.substr(0, 300));
}

Error failure(Errc code, std::string what, std::string_view who, std::string_view said)
{
    const std::string text = tidied(said);
    if (!text.empty())
        what.append(" (").append(who).append(" says: ").append(text).append(")");
    return Error{code, std::move(what), {}};
}

} // namespace drover::cloud
