// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <string>

namespace drover::test {

// Writes a certificate for localhost and 127.0.0.1 that signs itself, and its key, as PEM. By the library, because a
// child process cannot be started from under ThreadSanitizer once threads run.
inline bool makeCertificate(const std::string& certificateFile, const std::string& keyFile)
{
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    const std::unique_ptr<X509, void (*)(X509*)> certificate{X509_new(), X509_free};
    if (!key || !certificate)
        return false;
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 2 * 86400);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate.get(), certificate.get(), nullptr, nullptr, 0);
    const auto extend = [&](int kind, const char* value) {
        X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
        X509_add_ext(certificate.get(), made, -1);
        X509_EXTENSION_free(made);
    };
    extend(NID_basic_constraints, "critical,CA:TRUE");
    extend(NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
        return false;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{std::fopen(certificateFile.c_str(), "w"), std::fclose};
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> keyOut{std::fopen(keyFile.c_str(), "w"), std::fclose};
    return out && keyOut && PEM_write_X509(out.get(), certificate.get()) == 1 &&
           PEM_write_PrivateKey(keyOut.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
}

} // namespace drover::test
