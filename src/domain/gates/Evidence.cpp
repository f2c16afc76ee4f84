// SPDX-License-Identifier: Apache-2.0
#include "domain/gates/Evidence.h"

namespace drover {

std::uint64_t TargetEvidence::requests() const
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < byClass.size(); ++i)
        sum += countsAsEvidence(ErrorClass(i)) ? byClass[i] : 0;
    return sum;
}

std::uint64_t TargetEvidence::errors() const
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < byClass.size(); ++i)
        sum += countsAsError(ErrorClass(i)) ? byClass[i] : 0;
    return sum;
}

void TargetEvidence::add(const TargetEvidence& other)
{
    for (std::size_t i = 0; i < byClass.size(); ++i)
        byClass[i] += other.byClass[i];
    firstBytePlain.add(other.firstBytePlain);
    firstByteStreamed.add(other.firstByteStreamed);
    total.add(other.total);
    outputTokens.add(other.outputTokens);
    for (const auto& [reason, count] : other.finishReasons)
        finishReasons[reason] += count;
    inputTokens += other.inputTokens;
    cachedTokens += other.cachedTokens;
    outputTokensSum += other.outputTokensSum;
}

void PairEvidence::add(const PairEvidence& other)
{
    pairs += other.pairs;
    diverged += other.diverged;
    triples += other.triples;
    onlyNew += other.onlyNew;
    onlyAgain += other.onlyAgain;
    both += other.both;
}

} // namespace drover
