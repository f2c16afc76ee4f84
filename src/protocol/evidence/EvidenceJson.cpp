// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/EvidenceJson.h"

#include <cstdlib>
#include <string>

namespace drover {
namespace {

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
        if (index == nullptr || count == nullptr || std::abs(*index) > 1'000'000 || *count < 0)
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
            evidence.byClass[std::size_t(*known)] = counts.count(name);
        else
            counts.fail(name, "no class of errors");
    });
    readHistogram(fields, "first_byte_plain_ms", evidence.firstBytePlain);
    readHistogram(fields, "first_byte_streamed_ms", evidence.firstByteStreamed);
    readHistogram(fields, "total_ms", evidence.total);
    readHistogram(fields, "output_tokens", evidence.outputTokens);
    fields.each("finish_reasons", [&](std::string_view name, JsonFields& counts) {
        evidence.finishReasons[std::string(name)] = counts.count(name);
    });
    evidence.inputTokens = fields.countOr("input_tokens_sum", 0);
    evidence.cachedTokens = fields.countOr("cached_tokens_sum", 0);
    evidence.outputTokensSum = fields.countOr("output_tokens_sum", 0);
}

void writePairs(JsonWriter& json, const PairEvidence& pairs)
{
    json.field("pairs", pairs.pairs).field("diverged", pairs.diverged).field("triples", pairs.triples);
    json.field("only_new", pairs.onlyNew).field("only_again", pairs.onlyAgain).field("both", pairs.both);
}

PairEvidence readPairs(JsonFields& fields)
{
    PairEvidence pairs;
    pairs.pairs = fields.countOr("pairs", 0);
    pairs.diverged = fields.countOr("diverged", 0);
    pairs.triples = fields.countOr("triples", 0);
    pairs.onlyNew = fields.countOr("only_new", 0);
    pairs.onlyAgain = fields.countOr("only_again", 0);
    pairs.both = fields.countOr("both", 0);
    return pairs;
}

} // namespace drover
