// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/openai/AnswerFacts.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace drover {

// Watches the body of one answer go by, in whatever pieces it comes, and never holds it up: server-sent events are
// read one by one; anything else is kept up to `keepLimit` bytes and read at the end. What is longer, as a body or as one
// event, is lost, and the content is no longer comparable.
class AnswerWatch {
public:
    static constexpr std::size_t keepLimit = 4 * 1024 * 1024;

    // `events`: the answer is text/event-stream.
    AnswerWatch(bool events, bool wantsContent) : reader_(wantsContent), events_(events) {}

    void feed(std::string_view bytes);
    // The body has ended. For events `complete` says whether the last one was seen; other answers are complete.
    const AnswerFacts& finish();
    const AnswerFacts& facts() const { return reader_.facts(); }

private:
    void keep(std::string_view piece);
    void takeLine(std::string_view line);
    void takeEvent();

    AnswerReader reader_;
    bool events_;
    bool overflown_ = false;     // the body, or the line that is being read
    bool eventOverflown_ = false;
    bool afterCarriage_ = false; // the last byte was a CR: an LF right after it ends no second line
    std::string kept_; // the unfinished line, or the body
    std::string data_; // of the event that is being read
    bool hasData_ = false;
};

} // namespace drover
