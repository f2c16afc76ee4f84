// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace drover::test {

// A port on 127.0.0.1 that lets nobody in until release(): its queue of connections is full, so that one more stays
// "connecting" (the kernel tries again each second or so).
class FullPort {
public:
    FullPort() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0))
    {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address_), sizeof address_) != 0 || ::listen(listener_, 0) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size) != 0)
            throw std::runtime_error("no port");
        while (enters()) {
            if (fillers_.size() > 64)
                throw std::runtime_error("the queue does not fill up");
        }
    }
    ~FullPort()
    {
        for (const int one : fillers_)
            ::close(one);
        for (const int one : entered_)
            ::close(one);
        ::close(listener_);
    }
    FullPort(const FullPort&) = delete;
    FullPort& operator=(const FullPort&) = delete;

    std::uint16_t port() const { return ntohs(address_.sin_port); }
    void release()
    {
        for (const int one : fillers_)
            ::close(one);
        fillers_.clear();
        look();
    }
    // Takes in who knocks; everything that anyone has sent so far.
    const std::string& look()
    {
        for (int one = 0; (one = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;)
            entered_.push_back(one);
        for (const int one : entered_) {
            char bytes[4096];
            for (ssize_t count = 0; (count = ::recv(one, bytes, sizeof bytes, 0)) > 0;)
                received_.append(bytes, std::size_t(count));
        }
        return received_;
    }

private:
    // Whether one more got into the queue.
    bool enters()
    {
        fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        if (::connect(fillers_.back(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0)
            return true;
        pollfd ask{fillers_.back(), POLLOUT, 0};
        return errno == EINPROGRESS && ::poll(&ask, 1, 200) == 1;
    }

    int listener_;
    sockaddr_in address_{};
    std::vector<int> fillers_, entered_;
    std::string received_;
};

} // namespace drover::test
