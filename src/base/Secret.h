// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace drover {

// Bytes that nobody may see by accident: an API key, a token, a password. Move-only; the bytes live in memory of
// their own that is locked where the system allows it and wiped when the Secret ends (libsodium's sodium_malloc);
// it cannot be printed, copied or compared by accident. `grep 'reveal('` lists every use of a secret.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view value);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    // Takes the bytes out of a plain string and wipes the string.
    static Secret taking(std::string& plain);

    // Calls use(std::string_view); the view ends with the call.
    template <class F>
    decltype(auto) reveal(F&& use) const
    {
        return std::forward<F>(use)(std::string_view(bytes_, size_));
    }

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    // A second copy, said aloud because copies are what one wants to avoid.
    Secret duplicate() const;
    // For tables and logs: "****" and the last 4 characters; "****" alone where the secret is shorter than 16.
    std::string hint() const;
    // Compares in a time that depends on the lengths only.
    bool equals(const Secret& other) const;

private:
    char* bytes_ = nullptr;
    std::size_t size_ = 0;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

// Overwrites the characters (not only the ones in use) and empties the string.
void wipe(std::string& plain);

} // namespace drover
