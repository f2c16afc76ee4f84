// SPDX-License-Identifier: Apache-2.0
#include "http/Tls.h"

#include "http/StreamSocket.h"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

namespace drover::http {

struct TlsContext::Impl {
    explicit Impl(asio::ssl::context::method method) : context(method) {}

    asio::ssl::context context;
};

namespace {

using SslContext = asio::ssl::context;

constexpr unsigned char onlyHttp11[] = "\x08http/1.1";

Result<std::unique_ptr<TlsContext::Impl>> makeTls(SslContext::method method)
{
    auto made = std::make_unique<TlsContext::Impl>(method);
    made->context.set_options(SslContext::default_workarounds | SslContext::no_sslv2 | SslContext::no_sslv3 |
                              SslContext::no_tlsv1 | SslContext::no_tlsv1_1);
    SSL_CTX_set_mode(made->context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    return made;
}

} // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::forClient(const std::string& caFile)
{
    DROVER_TRY(auto made, makeTls(SslContext::tls_client));
    boost::system::error_code code;
    if (caFile.empty())
        made->context.set_default_verify_paths(code);
    else
        made->context.load_verify_file(caFile, code);
    if (code)
        return Error{Errc::invalidInput, "the certificate authorities cannot be read: " + code.message(), caFile};
    made->context.set_verify_mode(asio::ssl::verify_peer, code);
    SSL_CTX_set_alpn_protos(made->context.native_handle(), onlyHttp11, sizeof onlyHttp11 - 1);
    return std::make_shared<TlsContext>(std::move(made));
}

Result<std::shared_ptr<TlsContext>> TlsContext::forServer(const std::string& certificateFile,
                                                          const std::string& keyFile)
{
    DROVER_TRY(auto made, makeTls(SslContext::tls_server));
    boost::system::error_code code;
    made->context.use_certificate_chain_file(certificateFile, code);
    if (code)
        return Error{Errc::invalidInput, "the certificate cannot be read: " + code.message(), certificateFile};
    made->context.use_private_key_file(keyFile, SslContext::pem, code);
    if (code)
        return Error{Errc::invalidInput, "the private key cannot be read: " + code.message(), keyFile};
    return std::make_shared<TlsContext>(std::move(made));
}

std::unique_ptr<asio::ssl::stream<TcpSocket&>> wrapTls(const TlsContext& context, TcpSocket& socket,
                                                       const std::string& host)
{
    auto stream = std::make_unique<asio::ssl::stream<TcpSocket&>>(socket, context.impl().context);
    if (host.empty())
        return stream;
    boost::system::error_code literal;
    asio::ip::make_address(host, literal);
    if (literal) // server name indication knows names only
        SSL_ctrl(stream->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(host.c_str()));
    stream->set_verify_callback(asio::ssl::host_name_verification(host));
    return stream;
}

} // namespace drover::http
