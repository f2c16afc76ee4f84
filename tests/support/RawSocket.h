// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace drover::test {

// A blocking TCP client on 127.0.0.1 that sends exactly what the test says.
class RawSocket {
public:
    explicit RawSocket(std::uint16_t port)
    {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            close();
    }
    ~RawSocket() { close(); }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;

    bool isOpen() const { return descriptor_ >= 0; }
    void close()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        descriptor_ = -1;
    }
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(std::size_t(sent));
        }
        return true;
    }
    // Reads until `text` has come (true), or the peer closed or `ms` passed without a byte (false).
    bool readUntil(std::string_view text, int ms = 10000)
    {
        while (received.find(text) == std::string::npos) {
            if (!readMore(ms))
                return false;
        }
        return true;
    }
    // Reads to the end; whether the peer closed.
    bool readToEnd(int ms = 10000)
    {
        while (readMore(ms)) {
        }
        return closed;
    }

    std::string received;
    bool closed = false;
    bool wasReset = false; // closed by a reset, not an end

private:
    bool readMore(int ms)
    {
        pollfd ask{descriptor_, POLLIN, 0};
        if (::poll(&ask, 1, ms) <= 0)
            return false;
        char bytes[4096];
        const auto count = ::recv(descriptor_, bytes, sizeof bytes, 0);
        closed = count <= 0;
        wasReset = count < 0 && errno == ECONNRESET;
        if (count > 0)
            received.append(bytes, std::size_t(count));
        return count > 0;
    }

    int descriptor_ = -1;
};

} // namespace drover::test
