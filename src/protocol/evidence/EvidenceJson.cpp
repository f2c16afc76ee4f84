// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/EvidenceJson.h"

#include <string>

namespace drover {
namespace {

// Far above what any gateway counts, and far enough below 2^64 that sums of many lines stay exact.
constexpr std::uint64_t mostRequests = 1'000'000'000'000;
constexpr std::uint64_t mostTokens = 1'000'000'000'000'000;
constexpr std::int64_t farthestBucket = 1'000'000;

std::uint64_t countUpTo(JsonFields& fields, std::string_view name, std::uint64_t most)
{
    const std::uint64_t value = fields.countOr(name, 0);
    if (value <= most)
        return value;
    fields.fail(name, "more than " + std::to_string(most) + " cannot have been counted");
    return 0;
}

void writeHistogram(JsonWriter& json, std::string_view name, const Histogram& histogram)
{
    if (histogram.empty())
        return;
    json.key(name).beginArray();
    for (const auto& [index, count] : histogram.buckets())
        json.beginArray().integer(index).integer(count).endArray();
    json.endArray();
}

// [[index, count], …]; indices may be negative (values below 1 ms).
void readHistogram(JsonFields& fields, std::string_view name, Histogram& histogram)
{
    const auto* value = fields.find(name);
    if (value == nullptr)
        return;
    const auto wrong = [&] { fields.fail(name, "a list of [bucket, count] was expected"); };
    const auto* buckets = value->if_array();
    if (buckets == nullptr)
        return wrong();
    for (const auto& bucket : *buckets) {
        const auto* pair = bucket.if_array();
        if (pair == nullptr || pair->size() != 2)
            return wrong();
        const auto* index = (*pair)[0].if_int64();
        const auto* count = (*pair)[1].if_int64();
        if (index == nullptr || count == nullptr || *index < -farthestBucket || *index > farthestBucket || *count < 0 ||
            std::uint64_t(*count) > mostRequests)
            return wrong();
        histogram.addBucket(std::int32_t(*index), std::uint64_t(*count));
    }
}

} // namespace

void writeAttempts(JsonWriter& json, const TargetEvidence& evidence)
{
    json.key("by_class").beginObject();
    for (std::size_t i = 0; i < errorClassCount; ++i)
        if (evidence.byClass[i] > 0)
            json.field(errorClassName(ErrorClass(i)), evidence.byClass[i]);
    json.endObject();
    writeHistogram(json, "first_byte_plain_ms", evidence.firstBytePlain);
    writeHistogram(json, "first_byte_streamed_ms", evidence.firstByteStreamed);
    writeHistogram(json, "total_ms", evidence.total);
    writeHistogram(json, "output_tokens", evidence.outputTokens);
    json.key("finish_reasons").beginObject();
    for (const auto& [reason, count] : evidence.finishReasons)
        json.field(reason, count);
    json.endObject();
    json.field("input_tokens_sum", evidence.inputTokens).field("cached_tokens_sum", evidence.cachedTokens);
    json.field("output_tokens_sum", evidence.outputTokensSum);
}

void readAttempts(JsonFields& fields, TargetEvidence& evidence)
{
    fields.each("by_class", [&](std::string_view name, JsonFields& counts) {
        if (const auto known = errorClassFrom(name))
            evidence.byClass[std::size_t(*known)] = readRequestCount(counts, name);
        else
            counts.fail(name, "no class of errors");
    });
    readHistogram(fields, "first_byte_plain_ms", evidence.firstBytePlain);
    readHistogram(fields, "first_byte_streamed_ms", evidence.firstByteStreamed);
    readHistogram(fields, "total_ms", evidence.total);
    readHistogram(fields, "output_tokens", evidence.outputTokens);
    fields.each("finish_reasons", [&](std::string_view name, JsonFields& counts) {
        evidence.finishReasons[std::string(name)] = readRequestCount(counts, name);
    });
    evidence.inputTokens = countUpTo(fields, "input_tokens_sum", mostTokens);
    evidence.cachedTokens = countUpTo(fields, "cached_tokens_sum", mostTokens);
    evidence.outputTokensSum = countUpTo(fields, "output_tokens_sum", mostTokens);
}

void writePairs(JsonWriter& json, const PairEvidence& pairs)
{
    json.field("pairs", pairs.pairs).field("diverged", pairs.diverged).field("triples", pairs.triples);
    json.field("only_new", pairs.onlyNew).field("only_again", pairs.onlyAgain).field("both", pairs.both);
}

std::uint64_t readRequestCount(JsonFields& fields, std::string_view name)
{
    return countUpTo(fields, name, mostRequests);
}

PairEvidence readPairs(JsonFields& fields)
{
    PairEvidence pairs;
    pairs.pairs = readRequestCount(fields, "pairs");
    pairs.diverged = readRequestCount(fields, "diverged");
    pairs.triples = readRequestCount(fields, "triples");
    pairs.onlyNew = readRequestCount(fields, "only_new");
    pairs.onlyAgain = readRequestCount(fields, "only_again");
    pairs.both = readRequestCount(fields, "both");
    if (pairs.diverged > pairs.pairs)
        fields.fail("diverged", "more than there are pairs");
    if (pairs.triples > pairs.pairs)
        fields.fail("triples", "more than there are pairs");
    if (pairs.onlyNew + pairs.onlyAgain + pairs.both > pairs.triples)
        fields.fail("triples", "fewer than only_new, only_again and both together");
    return pairs;
}

} // namespace drover
