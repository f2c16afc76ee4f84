// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "report/Language.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace drover::report {

// Everything the reports say, once in each language (TextsEn.cpp, TextsZh.cpp; the compiler checks that both tables
// are complete). %1, %2 … are filled in.
enum class Text {
    documentTitle, eyebrow, workspace, policy, scenario, timesAreUtc, writtenAt, simulatedBanner, whyTitle,
    leadDone, leadRolledBack, leadPaused, leadRunning, leadNothing,
    outcomeDone, outcomeRolledBack, outcomePaused, outcomeRunning,
    phaseIdle, phaseShadow, phaseCanary, phaseCutover, phaseOverlap, phaseDone, phasePaused, phaseRolledBack,
    cardRequests, cardRequestsNote, cardServed, cardServedNote, cardErrors, cardErrorsNote, cardRotation, cardMonthly,
    cardMonthlyNote, rotationDone, rotationFailed, rotationNone, rotationRunning,
    sectionTimeline, timelineIntro, columnStep, columnShare, columnPlanned, columnWritten, columnAcked, columnEnded,
    columnLasted, columnGeneration, stillGoing,
    sectionShare, shareIntro, legendOrdered, legendServed, shareChartTitle,
    sectionLatency, latencyIntro, latencyChartTitle, columnTarget, columnKind, columnAnswers, kindPlain, kindStreamed,
    kindTotal,
    sectionGates, gatesIntro, columnWhen, columnGate, columnVerdict, columnEstimate, columnInterval, columnLimit,
    columnEvidence, columnMissing, gateErrorRate, gateDivergence, gateAddedLatency, gateAbort, verdictPass, verdictFail,
    verdictInconclusive, outcomeAdvance, outcomeHold, outcomeWait, outcomeWaitTimes, outcomeRollback, gatesNow,
    noDecisions,
    sentenceErrorsMost, sentenceErrorsLeast, sentenceMissing, sentenceDivergenceMost, sentenceDivergenceLeast,
    sentenceLatencyMost, sentenceLatencyLeast, sentenceTooFew, sentenceAbort, sentenceAbortTooFew,
    sectionTraffic, trafficIntro, columnOutcome, clientsTitle, clientRequests, clientFailures, answeredBy, attemptsTitle,
    attemptsTotal, attemptsErrors,
    sectionBeforeAfter, beforeAfterIntro, columnMeasure, columnBefore, columnAfter, columnChange, measureAnswers,
    measureFirstPlain, measureFirstStreamed, measureTotal, measureLength, measureLengthMean, finishReasons,
    sectionDivergence, divergenceIntro, pairsCompared, pairsDiffer, pairsAgain, pairsOnlyNew, pairsOnlyAgain, pairsBoth,
    sectionRotation, rotationIntro, rotationNothing, rotationKey, rotationPrevious, columnWhat,
    sectionMoney, moneyIntro, moneyNothing, columnBook, columnSoFar, columnMonthly, rowAllOnLegacy, rowAllOnTarget,
    rowActual, rowSaving, columnModel, columnRequests, columnInput, columnCached, columnOutput, columnCost,
    columnOnBook, noPrice, unpricedWarning,
    sectionAudit, columnActor, columnDeed, columnSubject, columnReason,
    sectionNotes, noteExact, noteLooks, noteRounding, noteFallback, noteShadow, noteProjection, notePrices,
    footer, unknown, none,
    count
};
inline constexpr std::size_t textCount = std::size_t(Text::count);

struct TextRow {
    Text text;
    std::string_view words;
};
// Each text at its own place, none empty.
template <class Table>
constexpr bool isCompleteTable(const Table& table)
{
    if (table.size() != textCount)
        return false;
    for (std::size_t i = 0; i < textCount; ++i) {
        if (std::size_t(table[i].text) != i || table[i].words.empty())
            return false;
    }
    return true;
}

std::string_view englishText(Text text);
std::string_view chineseText(Text text);
std::string_view textIn(Language language, Text text);
// "%1 of %2" with {"3", "4"} gives "3 of 4".
std::string filled(std::string_view words, std::initializer_list<std::string_view> values);

} // namespace drover::report
