// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Fields.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace drover::sandbox {

// An answer as a plan: what to send, when, and how it ends. Decided without sockets, carried out by HttpFace.
struct Reply {
    enum class End {
        complete,
        cut,    // the connection ends in the middle of the body
        reset,  // the connection ends before any answer
        hang,   // no answer until the client leaves
    };
    int status = 200;
    http::Fields fields;
    std::string contentType = "application/json";
    bool stream = false;
    double delayMs = 0;              // before the head
    std::vector<std::string> parts;  // of a stream, or one body
    double gapMs = 0;                // between parts
    End end = End::complete;
    // A paced stream: that many events, so far apart, each made with the moment it is sent; then parts.
    std::uint32_t pacedEvents = 0;
    double pacedMs = 0;
    std::function<std::string(std::int64_t ns)> pacedEvent;
};

Reply jsonReply(int status, std::string body);

} // namespace drover::sandbox
