// SPDX-License-Identifier: Apache-2.0
#include "base/Secret.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

namespace drover {
namespace {

// sodium_malloc puts guard pages around the bytes and locks them; where the lock is refused (RLIMIT_MEMLOCK) the
// memory is still wiped. Running out of memory for a key is not an error anyone can handle.
char* allocate(std::size_t size)
{
    static const int ready = sodium_init();
    if (ready < 0)
        std::abort();
    auto* bytes = static_cast<char*>(sodium_malloc(size));
    if (bytes == nullptr)
        std::abort();
    return bytes;
}

} // namespace

Secret::Secret(std::string_view value) : size_(value.size())
{
    if (size_ == 0)
        return;
    bytes_ = allocate(size_);
    std::memcpy(bytes_, value.data(), size_);
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0))
{
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        sodium_free(bytes_);
        bytes_ = std::exchange(other.bytes_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret()
{
    sodium_free(bytes_); // wipes first
}

Secret Secret::taking(std::string& plain)
{
    Secret secret{plain};
    wipe(plain);
    return secret;
}

Secret Secret::duplicate() const
{
    return reveal([](std::string_view bytes) { return Secret{bytes}; });
}

std::string Secret::hint() const
{
    return size_ < 16 ? std::string("****") : "****" + std::string(bytes_ + size_ - 4, 4);
}

bool Secret::equals(const Secret& other) const
{
    return size_ == other.size_ && (size_ == 0 || sodium_memcmp(bytes_, other.bytes_, size_) == 0);
}

void wipe(std::string& plain)
{
    plain.resize(plain.capacity());
    if (!plain.empty())
        sodium_memzero(plain.data(), plain.size());
    plain.clear();
}

} // namespace drover
