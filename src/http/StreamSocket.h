// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/AsioTypes.h"
#include "http/Stream.h"

#include <boost/asio/ssl/stream.hpp>

#include <memory>

namespace drover::http {

struct Stream::Socket {
    explicit Socket(TcpSocket connected) : tcp(std::move(connected)) {}

    TcpSocket tcp;
    std::unique_ptr<asio::ssl::stream<TcpSocket&>> tls;
};

// A TLS stream on top of a connected socket; a client's verifies that the peer is `host`. (Tls.cpp)
std::unique_ptr<asio::ssl::stream<TcpSocket&>> wrapTls(const TlsContext& context, TcpSocket& socket,
                                                       const std::string& host);

} // namespace drover::http
