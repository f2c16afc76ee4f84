// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Ids.h"

#include <string>
#include <string_view>

namespace drover::test {

// One damaged copy of a good text: cut short, bytes flipped, a piece taken out, doubled or put elsewhere.
inline std::string damaged(std::string_view good, Random& random)
{
    std::string text(good);
    const auto times = 1 + random.below(3);
    for (std::uint64_t i = 0; i < times && !text.empty(); ++i) {
        const auto at = std::size_t(random.below(text.size()));
        const auto size = std::size_t(1 + random.below(16));
        switch (random.below(6)) {
        case 0: text.resize(at); break;
        case 1: text[at] = char(random.below(256)); break;
        case 2: text.erase(at, size); break;
        case 3: text.insert(at, text.substr(at, size)); break;
        case 4: text.insert(at, 1, "{}[]\",:\\\n\r0-e"[random.below(13)]); break;
        default: text[at] = char(text[at] ^ char(1 << random.below(8))); break;
        }
    }
    return text;
}

// Calls parse(text) with the text itself, every cut of its first 200 bytes, and `runs` damaged copies.
template <class Parse>
void feedDamaged(std::string_view good, Parse parse, int runs = 2000, std::uint64_t seed = 1)
{
    parse(good);
    for (std::size_t size = 0; size < good.size() && size < 200; ++size)
        parse(good.substr(0, size));
    Random random{seed};
    for (int i = 0; i < runs; ++i) {
        // A copy of exactly its size on the heap, so that AddressSanitizer sees a read behind its end.
        const std::string text = damaged(good, random);
        parse(std::string_view(text));
    }
}

} // namespace drover::test
