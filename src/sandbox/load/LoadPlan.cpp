// SPDX-License-Identifier: Apache-2.0
#include "sandbox/load/LoadPlan.h"

#include "base/Log.h"
#include "sandbox/Options.h"
#include "sandbox/provider/Prompt.h"

#include <algorithm>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr double burstAbove = 1.25;

} // namespace

LoadPlan::LoadPlan(std::vector<TraceRow> rows, const LoadOptions& options, std::uint64_t seed)
    : rows_(std::move(rows)),
      streamShare_(options.streamShare),
      users_(options.users),
      model_(options.model),
      random_(Random{seed}.fork("load")),
      prefix_(shortId("u_", random_))
{
    std::ranges::stable_sort(rows_, {}, &TraceRow::at);
    const auto first = rows_.front().at;
    for (auto& row : rows_)
        row.at -= first;
    // The gap between the last row and the first of the next repetition is a mean one.
    const auto count = double(rows_.size());
    const double spanUs = std::max(double(rows_.back().at.count()), 1.0);
    const double ownGapUs = rows_.size() > 1 ? spanUs / (count - 1) : 1e6;
    meanGapUs_ = options.rate > 0 ? 1e6 / options.rate : ownGapUs;
    scale_ = meanGapUs_ / ownGapUs;
    periodUs_ = count * meanGapUs_;
    leastGapUs_ = options.rate > 0 ? meanGapUs_ / burstAbove : 0;
}

LoadItem LoadPlan::next()
{
    const auto& row = rows_[std::size_t(number_ % rows_.size())];
    const auto round = double(number_ / rows_.size());
    const double arrival = round * periodUs_ + double(row.at.count()) * scale_;
    lastUs_ = lastUs_ < 0 ? arrival : std::max(arrival, lastUs_ + leastGapUs_);

    LoadItem item;
    item.number = number_++;
    item.at = Duration{std::int64_t(lastUs_)};
    item.stream = random_.uniform() < streamShare_;
    item.user = prefix_ + "_" + std::to_string(users_ > 0 ? item.number % users_ : item.number);
    item.body = R"({"model":)";
    appendJsonString(item.body, model_);
    item.body += R"(,"messages":[{"role":"user","content":")" + tokenHint(row.contextTokens, row.generatedTokens) +
                 " request " + std::to_string(item.number) + R"("}],"user":")" + item.user + "\"";
    if (item.stream)
        item.body += R"(,"stream":true,"stream_options":{"include_usage":true})";
    item.body += "}";
    return item;
}

} // namespace drover::sandbox
