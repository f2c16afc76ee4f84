// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"

#include "base/Result.h"
#include "base/Time.h"

#include <cstddef>
#include <memory>
#include <string_view>

namespace drover::http {

class Stream;

// A stream and the bytes read from it that nobody has used yet: one flat buffer, reused by all messages.
class Connection {
public:
    static constexpr std::size_t smallSize = 4096;  // what an idle connection holds
    static constexpr std::size_t largeSize = 16384; // what a busy one grows to, beyond it only for a long head

    explicit Connection(std::shared_ptr<Stream> stream);
    ~Connection();

    Stream& stream() { return *stream_; }
    const std::shared_ptr<Stream>& streamPointer() const { return stream_; }
    std::string_view unread() const { return {data_.get() + begin_, end_ - begin_}; }
    void use(std::size_t count);
    // Reads at least one byte more behind the unread ones; 0 = the peer closed.
    Async<Result<std::size_t>> fill();
    // Reads until a head is complete and gives its length; 0 = the peer closed before a byte came. Errors: refused
    // (longer than `limit`), network (closed within the head), timeout.
    Async<Result<std::size_t>> fillHead(std::size_t limit);
    // Gives the large buffer back while nothing is unread, and notes when.
    void rest();
    // How long ago it was put to rest; only for one that was.
    Duration restedFor() const;

private:
    void makeRoom();

    std::shared_ptr<Stream> stream_;
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    SteadyTime restedAt_{};
};

} // namespace drover::http
