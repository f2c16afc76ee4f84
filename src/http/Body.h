// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"
#include "http/Head.h"

#include "base/Result.h"
#include "base/Time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover::http {

class Connection;

// The body of one message, as it comes. Errors: network (lost before its end), timeout (no byte for `idle`), protocol
// (bad chunking), refused (longer than `limit`), cancelled.
class Body {
public:
    struct Limits {
        std::uint64_t bytes = ~std::uint64_t{0};
        Duration idle = 60s;
        std::optional<SteadyTime> firstBy{}; // the first byte must have come by then, instead of within `idle`
    };

    Body() = default;
    // `connection` must outlive the body's use.
    void begin(Connection& connection, const Head& head, Limits limits);
    // The peer waits for "100 Continue" before it sends: it goes out before the first read.
    void promiseContinue() { continue_ = true; }

    // What has come, at least one byte, without framing; empty at the end. The view holds until the next call.
    Async<Result<std::string_view>> next();
    // The same, copied into `data`; 0 at the end.
    Async<Result<std::size_t>> readSome(char* data, std::size_t size);
    // The rest of the body. Errors: also refused, when it is longer than `limit`.
    Async<Result<std::string>> readAll(std::size_t limit);
    // Reads and forgets up to `limit` bytes; whether the end was reached.
    Async<bool> skip(std::size_t limit);

    bool atEnd() const { return state_ == State::end && lent_ == 0; }
    // Whether next() has something without waiting for the network.
    bool isReady() const;
    std::uint64_t received() const { return received_; }

private:
    enum class State { plain, untilClose, chunkSize, chunkData, chunkEnd, trailer, end };

    Async<Result<std::size_t>> read();
    Async<Result<void>> fill();
    Async<Result<void>> stepChunk();
    Result<bool> readChunkLine();
    Result<std::string_view> lend(std::uint64_t available);

    Connection* connection_ = nullptr;
    State state_ = State::end;
    Limits limits_;
    std::uint64_t left_ = 0;     // of the body (plain) or of the chunk
    std::uint64_t received_ = 0;
    std::size_t lent_ = 0;       // bytes of the buffer that the last view shows
    std::size_t trailers_ = 0;   // bytes of trailer fields so far
    bool continue_ = false;
};

} // namespace drover::http
