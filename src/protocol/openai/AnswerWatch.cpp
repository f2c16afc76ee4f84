// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/AnswerWatch.h"

#include <utility>

namespace drover {

void AnswerWatch::feed(std::string_view bytes)
{
    if (!events_) {
        keep(bytes);
        return;
    }
    while (!bytes.empty()) {
        if (std::exchange(afterCarriage_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            keep(bytes);
            return;
        }
        if (kept_.empty() && !overflown_) {
            takeLine(bytes.substr(0, end));
        } else {
            keep(bytes.substr(0, end));
            if (std::exchange(overflown_, false))
                eventOverflown_ = true;
            else
                takeLine(kept_);
            kept_.clear();
        }
        afterCarriage_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
    }
}

void AnswerWatch::keep(std::string_view piece)
{
    if (!overflown_ && kept_.size() + piece.size() <= keepLimit) {
        kept_.append(piece);
        return;
    }
    overflown_ = true;
    kept_.clear();
    reader_.lose();
}

// WHATWG, "event stream interpretation": fields other than data say nothing that the data does not repeat.
void AnswerWatch::takeLine(std::string_view line)
{
    if (line.empty()) {
        takeEvent();
        return;
    }
    if (!line.starts_with("data"))
        return;
    line.remove_prefix(4);
    if (!line.empty() && line.front() != ':')
        return;
    line.remove_prefix(line.empty() ? 0 : 1);
    if (line.starts_with(' '))
        line.remove_prefix(1);
    if (hasData_)
        data_ += '\n';
    if (data_.size() + line.size() <= keepLimit)
        data_.append(line);
    else
        eventOverflown_ = true;
    hasData_ = true;
}

void AnswerWatch::takeEvent()
{
    const bool overflown = std::exchange(eventOverflown_, false);
    if (!std::exchange(hasData_, false) && !overflown)
        return;
    if (overflown)
        reader_.lose();
    else if (data_ == "[DONE]")
        reader_.facts().complete = true;
    else
        reader_.read(data_);
    data_.clear();
}

const AnswerFacts& AnswerWatch::finish()
{
    if (!events_) {
        reader_.facts().complete = true;
        reader_.read(kept_); // nothing where it was too long
        kept_.clear();
    }
    return reader_.facts();
}

} // namespace drover
