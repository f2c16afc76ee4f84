// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/AnswerWatch.h"

#include <utility>

namespace drover {

void AnswerWatch::feed(std::string_view bytes)
{
    if (!events_) {
        overflown_ = overflown_ || kept_.size() + bytes.size() > keepLimit;
        if (!overflown_)
            kept_.append(bytes);
        return;
    }
    while (!bytes.empty()) {
        if (std::exchange(afterCarriage_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = bytes.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            if (kept_.size() + bytes.size() <= keepLimit)
                kept_.append(bytes);
            return;
        }
        if (kept_.empty()) {
            takeLine(bytes.substr(0, end));
        } else {
            kept_.append(bytes.substr(0, end));
            takeLine(kept_);
            kept_.clear();
        }
        afterCarriage_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
    }
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
    hasData_ = true;
}

void AnswerWatch::takeEvent()
{
    if (!std::exchange(hasData_, false))
        return;
    if (data_ == "[DONE]")
        reader_.facts().complete = true;
    else
        reader_.read(data_);
    data_.clear();
}

const AnswerFacts& AnswerWatch::finish()
{
    if (!events_) {
        reader_.facts().complete = true;
        if (!overflown_)
            reader_.read(kept_);
        kept_.clear();
    }
    return reader_.facts();
}

} // namespace drover
