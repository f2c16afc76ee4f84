// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/GcpState.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace drover::sandbox {

struct RsaKey::Key {
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> pair{EVP_RSA_gen(2048), EVP_PKEY_free};
};

RsaKey::RsaKey() = default;
RsaKey::~RsaKey() = default;

RsaKey::Key& RsaKey::key()
{
    if (!key_)
        key_ = std::make_unique<Key>();
    return *key_;
}

std::string RsaKey::privatePem()
{
    const std::unique_ptr<BIO, int (*)(BIO*)> bio{BIO_new(BIO_s_mem()), BIO_free};
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key().pair.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, std::size_t(size)};
}

bool RsaKey::verifies(std::string_view text, std::string_view signature)
{
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    const auto octets = [](std::string_view view) { return reinterpret_cast<const unsigned char*>(view.data()); };
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key().pair.get()) == 1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text), text.size()) == 1;
}

} // namespace drover::sandbox
