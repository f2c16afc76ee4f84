// SPDX-License-Identifier: Apache-2.0
#include "http/Connection.h"

#include "http/Head.h"
#include "http/Loop.h"
#include "http/Stream.h"

#include <cstring>

namespace drover::http {

Connection::Connection(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

Connection::~Connection() = default;

void Connection::use(std::size_t count)
{
    begin_ += count;
    if (begin_ == end_)
        begin_ = end_ = 0;
}

void Connection::makeRoom()
{
    if (end_ < capacity_)
        return;
    if (begin_ > 0 && end_ - begin_ <= capacity_ / 2) {
        std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
    } else {
        const std::size_t wanted = capacity_ == 0 ? smallSize : capacity_ < largeSize ? largeSize : capacity_ * 2;
        std::unique_ptr<char[]> grown{new char[wanted]};
        if (end_ > begin_)
            std::memcpy(grown.get(), data_.get() + begin_, end_ - begin_);
        data_ = std::move(grown);
        capacity_ = wanted;
    }
    end_ -= begin_;
    begin_ = 0;
}

Async<Result<std::size_t>> Connection::fill()
{
    makeRoom();
    DROVER_CO_TRY(const std::size_t count, co_await stream_->read(data_.get() + end_, capacity_ - end_));
    end_ += count;
    co_return count;
}

Async<Result<std::size_t>> Connection::fillHead(std::size_t limit)
{
    std::size_t searched = 0;
    while (true) {
        if (const std::size_t length = Head::lengthIn(unread(), searched); length > 0 && length <= limit)
            co_return length;
        if (unread().size() >= limit)
            co_return Error{Errc::refused, "the head is longer than " + std::to_string(limit) + " bytes", {}};
        DROVER_CO_TRY(const std::size_t more, co_await fill());
        if (more > 0)
            continue;
        if (unread().empty())
            co_return std::size_t{0};
        co_return Error{Errc::network, "closed in the middle of a head", {}};
    }
}

void Connection::rest()
{
    if (begin_ == end_ && capacity_ > smallSize) {
        data_.reset();
        capacity_ = begin_ = end_ = 0;
    }
    restedAt_ = stream_->loop().clock().steady();
}

Duration Connection::restedFor() const
{
    return stream_->loop().clock().steady() - restedAt_;
}

} // namespace drover::http
