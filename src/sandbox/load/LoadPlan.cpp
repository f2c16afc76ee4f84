// SPDX-License-Identifier: Apache-2.0
#include "sandbox/load/LoadPlan.h"

#include "base/Log.h"
#include "sandbox/Options.h"
#include "sandbox/provider/Prompt.h"

#include <algorithm>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr double leastGap = 0.8; // in mean gaps
constexpr double mostGap = 10;

double boundedSum(const std::vector<double>& gaps, double scale, double mean)
{
    double sum = 0;
    for (const double gap : gaps)
        sum += std::clamp(gap * scale, leastGap * mean, mostGap * mean);
    return sum;
}

// The gaps scaled and bounded so that their mean is the wanted one: by bisection, the sum grows with the scale.
void compressGaps(std::vector<double>& gaps, double mean)
{
    const double wanted = mean * double(gaps.size());
    double low = 0;
    double high = 1;
    while (boundedSum(gaps, high, mean) < wanted && high < 1e12)
        high *= 2;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (boundedSum(gaps, middle, mean) < wanted ? low : high) = middle;
    }
    for (double& gap : gaps)
        gap = std::clamp(gap * high, leastGap * mean, mostGap * mean);
}

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
    const double spanUs = double((rows_.back().at - rows_.front().at).count());
    const double ownGapUs = rows_.size() > 1 && spanUs > 0 ? spanUs / double(rows_.size() - 1) : 1e6;
    // The gap between the last row and the first of the next repetition is a mean one.
    std::vector<double> gaps{ownGapUs};
    for (std::size_t i = 1; i < rows_.size(); ++i)
        gaps.push_back(double((rows_[i].at - rows_[i - 1].at).count()));
    if (options.rate > 0)
        compressGaps(gaps, 1e6 / options.rate);
    for (std::size_t i = 0; i < gaps.size(); ++i)
        atUs_.push_back(i == 0 ? 0 : atUs_.back() + gaps[i]);
    periodUs_ = atUs_.back() + gaps.front();
}

LoadItem LoadPlan::next()
{
    const auto place = std::size_t(number_ % rows_.size());
    const auto& row = rows_[place];
    const auto round = double(number_ / rows_.size());

    LoadItem item;
    item.number = number_++;
    item.at = Duration{std::int64_t(round * periodUs_ + atUs_[place])};
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
