// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"
#include "http/Fields.h"

#include "base/Result.h"
#include "base/Time.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drover::http {

class Connection;
class Head;

// Answers one request. Errors of all writes: network, cancelled, timeout: the client is gone or too slow.
class Responder {
public:
    // A whole answer at once.
    Async<Result<void>> send(int status, const Fields& fields, std::string_view body);

    // An answer in parts: start(), any number of write(), finish(). Without a length it goes out chunked (to an
    // HTTP/1.0 client until the connection closes). The head leaves with the first write() or flush().
    void start(int status, const Fields& fields, std::optional<std::uint64_t> length = std::nullopt);
    Async<Result<void>> write(std::string_view bytes);
    Async<Result<void>> flush();
    Async<Result<void>> finish();
    // Ends the connection in the middle of an answer, so that the client sees that it was cut.
    void abort();
    // The same with a TCP reset.
    void reset();

    bool started() const { return started_; }   // an answer has begun, though no byte may have left
    bool finished() const { return finished_; }
    int status() const { return status_; }      // of the answer; 0 before
    std::uint64_t sentBytes() const { return sent_; } // of the body

    // Calls `gone` once when the client leaves before the answer is finished; {} ends the watch. It runs on the loop
    // and must only mark or close things.
    void onClientGone(std::function<void()> gone);
    bool clientGone() const;
    // The connection closes after this answer.
    void closeAfter() { keepAlive_ = false; }

private:
    friend class ServerConnection;
    void begin(Connection& connection, const Head& request, Duration writeTime);
    void composeHead(int status, const Fields& fields, std::optional<std::uint64_t> length);
    Async<Result<void>> put(std::string_view first, std::string_view second = {}, std::string_view third = {});

    Connection* connection_ = nullptr;
    Duration writeTime_{};
    std::string head_; // not sent yet, or a chunk's size line
    int status_ = 0;
    std::uint64_t sent_ = 0;
    bool started_ = false;
    bool finished_ = false;
    bool headWaits_ = false;
    bool chunked_ = false;
    bool untilClose_ = false;
    bool bodiless_ = false; // HEAD, 204, 304
    bool http10_ = false;
    bool headOnly_ = false;
    bool keepAlive_ = true;
};

} // namespace drover::http
