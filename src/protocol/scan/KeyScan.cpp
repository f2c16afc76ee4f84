// SPDX-License-Identifier: Apache-2.0
#include "protocol/scan/KeyScan.h"

#include "base/Secret.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace drover {
namespace {

constexpr std::array<std::string_view, 6> keyPrefixes{"sk-ant-", "sk-", "cr_", "hsa_", "hs_", "drv_"};
constexpr std::size_t endingSize = 4;
constexpr std::size_t shortestKey = 12;
constexpr std::size_t shortestBody = 20;
// Twenty random characters of 62 have about 4 bits of entropy a character; "aaaa-bbbb" and words have less than 3.
constexpr double leastEntropy = 3.2;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The characters a key may be made of.
bool isKeyCharacter(char c)
{
    return isDigit(c) || isLetter(c) || c == '-' || c == '_' || c == '.';
}

double entropyOf(std::string_view text)
{
    std::array<unsigned, 256> counts{};
    for (const char c : text)
        ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (const unsigned count : counts)
        if (count > 0) {
            const double share = double(count) / double(text.size());
            bits -= share * std::log2(share);
        }
    return bits;
}

// Words that a person wrote hold long runs of letters of one case or of digits, whatever stands between the words;
// random ones change between digits, small and capital letters all the time.
double changesIn(std::string_view text)
{
    std::size_t changes = 0;
    int before = -1;
    for (const char c : text) {
        const int kind = isDigit(c) ? 0 : c >= 'a' && c <= 'z' ? 1 : c >= 'A' && c <= 'Z' ? 2 : before;
        changes += before != -1 && kind != before ? 1 : 0;
        before = kind;
    }
    return double(changes) / double(text.size());
}

// What stands between the prefix and the secret: "proj-", "svcacct-", "api03-".
std::string_view bodyOf(std::string_view word, std::string_view prefix)
{
    std::string_view body = word.substr(prefix.size());
    for (const std::string_view part : {"proj-", "svcacct-", "admin-", "None-", "admin01-", "api03-"})
        if (prefix.starts_with("sk-") && body.starts_with(part))
            return body.substr(part.size());
    return body;
}

std::string hintOf(std::string_view word)
{
    return Secret(word).hint();
}

struct Place {
    std::size_t line = 1;
    std::size_t lineBegin = 0;
};

} // namespace

std::string_view knownKeyPrefix(std::string_view text)
{
    const auto found = std::ranges::find_if(keyPrefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
    return found == keyPrefixes.end() ? std::string_view{} : *found;
}

bool looksLikeKey(std::string_view word)
{
    const std::string_view prefix = knownKeyPrefix(word);
    if (prefix.empty())
        return false;
    const std::string_view body = bodyOf(word, prefix);
    if (body.size() < shortestBody || body.find('.') != body.npos)
        return false;
    const auto digits = std::size_t(std::ranges::count_if(body, isDigit));
    const auto letters = std::size_t(std::ranges::count_if(body, isLetter));
    return digits >= 1 && letters >= 4 && entropyOf(body) >= leastEntropy && changesIn(body) >= 0.25;
}

KeyScanner::KeyScanner(std::vector<HeldKey> held)
{
    for (HeldKey& key : held) {
        if (key.fingerprint.empty())
            continue;
        if (key.hint.size() > endingSize && !key.hint.ends_with("****"))
            byEnding_.emplace(key.hint.substr(key.hint.size() - endingSize), std::move(key));
        else
            withoutEnding_.push_back(std::move(key));
    }
}

const HeldKey* KeyScanner::heldAs(std::string_view word) const
{
    if (word.size() < shortestKey || word.size() > longestKey)
        return nullptr;
    // The ending first: a hash for each word of a tree would cost more than reading it.
    const auto [first, last] = byEnding_.equal_range(word.substr(word.size() - endingSize));
    if (first == last && withoutEnding_.empty())
        return nullptr;
    const std::string fingerprint = fingerprintOf(Secret(word));
    for (auto key = first; key != last; ++key)
        if (key->second.fingerprint == fingerprint)
            return &key->second;
    const auto found = std::ranges::find(withoutEnding_, fingerprint, &HeldKey::fingerprint);
    return found == withoutEnding_.end() ? nullptr : &*found;
}

std::vector<KeyFinding> KeyScanner::scan(std::string_view text, std::size_t firstLine) const
{
    std::vector<KeyFinding> findings;
    Place place{firstLine, 0};
    for (std::size_t at = 0; at < text.size();) {
        if (!isKeyCharacter(text[at])) {
            if (text[at] == '\n')
                place = {place.line + 1, at + 1};
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && isKeyCharacter(text[end]))
            ++end;
        std::string_view word = text.substr(at, end - at);
        const std::size_t begin = at;
        at = end;
        // The end of a sentence is no part of a key.
        while (word.ends_with('.'))
            word.remove_suffix(1);
        const HeldKey* held = heldAs(word);
        if (held == nullptr && !looksLikeKey(word))
            continue;
        KeyFinding finding;
        finding.line = place.line;
        finding.column = begin - place.lineBegin + 1;
        finding.hint = hintOf(word);
        finding.prefix = std::string(knownKeyPrefix(word));
        finding.keyId = held != nullptr ? held->id : std::string{};
        findings.push_back(std::move(finding));
    }
    return findings;
}

} // namespace drover
