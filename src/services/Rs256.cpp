// SPDX-License-Identifier: Apache-2.0
#include "services/Rs256.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace drover {
namespace {

using OwnedKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

// A passphrase is never asked for on the terminal.
int noPassphrase(char*, int, int, void*)
{
    return 0;
}

OwnedKey keyOfPem(const Secret& pem)
{
    return pem.reveal([](std::string_view text) {
        const std::unique_ptr<BIO, int (*)(BIO*)> bio{BIO_new_mem_buf(text.data(), int(text.size())), BIO_free};
        return OwnedKey{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr) : nullptr, EVP_PKEY_free};
    });
}

} // namespace

Result<std::string> signRs256(const Secret& pem, std::string_view text)
{
    const auto key = keyOfPem(pem);
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
        ERR_clear_error();
        return Error{Errc::invalidInput, "the private key cannot be read: an RSA key in PEM was expected", "private_key"};
    }
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1)
        return Error{Errc::internal, "the library does not sign", {}};
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) != 1)
        return Error{Errc::internal, "the library does not sign", {}};
    signature.resize(size);
    return signature;
}

} // namespace drover
