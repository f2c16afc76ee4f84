// SPDX-License-Identifier: Apache-2.0
#include "report/Page.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace drover::report {
namespace {

std::string withDecimals(double value, int decimals)
{
    std::array<char, 48> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    return {buffer.data(), std::size_t(length)};
}

// The two greatest units that matter: "3 h 20 min".
std::string twoUnits(std::int64_t whole, std::int64_t part, const char* wholeUnit, const char* partUnit)
{
    std::string out = std::to_string(whole) + " " + wholeUnit;
    if (part != 0)
        out += " " + std::to_string(part) + " " + partUnit;
    return out;
}

} // namespace

Page::Page(const MigrationFacts& facts, Language language) : facts_(facts), language_(language)
{
    from_ = facts.begun.value_or(facts.timeline.empty() || !facts.timeline.front().written ? facts.made
                                                                                           : *facts.timeline.front().written);
    to_ = std::max(facts.ended.value_or(facts.made), from_);
}

std::string Page::operator()(Text text, std::initializer_list<std::string_view> values) const
{
    return filled(textIn(language_, text), values);
}

std::string Page::count(std::uint64_t value) const
{
    std::string out = std::to_string(value);
    for (std::size_t at = out.size(); at > 3;) {
        at -= 3;
        out.insert(at, ",");
    }
    return out;
}

std::string Page::percent(double fraction) const
{
    return percentText(fraction);
}

std::string Page::share(std::uint64_t part, std::uint64_t whole) const
{
    return whole == 0 ? std::string((*this)[Text::none]) : percent(double(part) / double(whole));
}

std::string Page::milliseconds(std::optional<double> ms) const
{
    if (!ms || !std::isfinite(*ms))
        return std::string((*this)[Text::none]);
    const double size = std::abs(*ms);
    if (size >= 10'000)
        return withDecimals(*ms / 1000, 1) + " s";
    // Rounded first, so that 99.96 is 100 and not 100.0.
    const double shown = size < 99.95 ? std::round(*ms * 10) / 10 : std::round(*ms);
    return withDecimals(shown == 0 ? 0 : shown, size < 99.95 ? 1 : 0) + " ms";
}

std::string Page::money(const std::optional<Money>& amount) const
{
    return amount ? amount->display() : std::string((*this)[Text::none]);
}

std::string Page::estimate(const std::optional<Money>& amount) const
{
    if (!amount || std::abs(amount->approximate()) < 1000)
        return money(amount);
    const Int128 unit = 1'000'000'000'000;
    const Int128 half = amount->picos() < 0 ? -unit / 2 : unit / 2;
    std::string shown = Money::ofPicos((amount->picos() + half) / unit * unit, amount->currency()).display();
    shown.erase(shown.rfind('.'), 3); // the cents, now 00
    return shown;
}

std::string Page::time(std::optional<WallTime> at) const
{
    if (!at)
        return std::string((*this)[Text::none]);
    const std::string text = formatTime(*at); // 2026-11-22T07:34:13.123Z
    const Duration span = to_ - from_;
    if (span > std::chrono::hours{20} || formatDate(*at) != formatDate(from_))
        return text.substr(5, 5) + " " + text.substr(11, 5);
    return span > std::chrono::minutes{20} ? text.substr(11, 8) : text.substr(11, 10);
}

std::string Page::longTime(WallTime at) const
{
    const std::string text = formatTime(at);
    return text.substr(0, 10) + " " + text.substr(11, 8);
}

std::string Page::duration(Duration duration) const
{
    const double all = seconds(duration);
    if (all < 120)
        return withDecimals(all, all < 10 ? 1 : 0) + " s";
    const auto whole = std::int64_t(std::llround(all));
    if (whole < 7200)
        return twoUnits(whole / 60, whole % 60, "min", "s");
    if (whole < 2 * 86400)
        return twoUnits(whole / 3600, whole % 3600 / 60, "h", "min");
    return twoUnits(whole / 86400, whole % 86400 / 3600, "d", "h");
}

std::string_view Page::phase(Phase phase) const
{
    switch (phase) {
    case Phase::idle: return (*this)[Text::phaseIdle];
    case Phase::shadow: return (*this)[Text::phaseShadow];
    case Phase::canary: return (*this)[Text::phaseCanary];
    case Phase::cutover: return (*this)[Text::phaseCutover];
    case Phase::overlap: return (*this)[Text::phaseOverlap];
    case Phase::done: return (*this)[Text::phaseDone];
    case Phase::paused: return (*this)[Text::phasePaused];
    case Phase::rolledBack: return (*this)[Text::phaseRolledBack];
    }
    return {};
}

std::string Page::step(Phase phase, double share) const
{
    std::string out(this->phase(phase));
    if (phase == Phase::canary)
        out += " " + percent(share);
    return out;
}

std::string_view Page::gateName(const GateResult& gate) const
{
    if (gate.name == "error_rate")
        return (*this)[Text::gateErrorRate];
    if (gate.name == "divergence")
        return (*this)[Text::gateDivergence];
    if (gate.name == "added_latency")
        return (*this)[Text::gateAddedLatency];
    return gate.name == "abort" ? (*this)[Text::gateAbort] : std::string_view(gate.name);
}

std::string Page::gateNumber(const GateResult& gate, double value, Rounding rounding) const
{
    if (!std::isfinite(value))
        return std::string((*this)[Text::none]);
    return gate.name == "added_latency" ? millisecondsText(value, rounding, gate.limit) : percentText(value, rounding, gate.limit);
}

std::string Page::limit(const GateResult& gate) const
{
    return gate.name == "added_latency" ? millisecondsText(gate.limit) : percentText(gate.limit);
}

std::string Page::sentence(const GateResult& gate) const
{
    if (language_ == Language::en && !gate.text.empty())
        return gate.text;
    const std::string errors = count(std::uint64_t(std::llround(gate.estimate * double(gate.n))));
    const std::string n = count(gate.n);
    const std::string most = limit(gate);
    const bool failed = gate.verdict == Verdict::fail;
    const bool ms = gate.name == "added_latency";
    const Rounding rounding = failed ? Rounding::down : Rounding::up;
    const double end = failed ? gate.low : gate.high;
    const std::string bound = ms ? millisecondsText(end, rounding, gate.limit) : percentText(end, rounding, gate.limit);
    std::string out;
    if (gate.name == "abort")
        return gate.n < abortLeastRequests
                   ? (*this)(Text::sentenceAbortTooFew, {errors, n})
                   : (*this)(Text::sentenceAbort, {errors, n, percentText(gate.low, Rounding::down, gate.limit), most});
    if (ms && !std::isfinite(end))
        return (*this)(Text::sentenceTooFew, {n, most});
    if (ms)
        out = (*this)(failed ? Text::sentenceLatencyLeast : Text::sentenceLatencyMost,
                      {gateNumber(gate, gate.estimate), bound, most});
    else if (gate.name == "divergence")
        out = (*this)(failed ? Text::sentenceDivergenceLeast : Text::sentenceDivergenceMost,
                      {n, gateNumber(gate, gate.estimate), bound, most});
    else
        out = (*this)(failed ? Text::sentenceErrorsLeast : Text::sentenceErrorsMost, {errors, n, bound, most});
    if (gate.needed > 0)
        out += (*this)(Text::sentenceMissing, {count(gate.needed)});
    return out;
}

std::string Page::verdict(Verdict verdict) const
{
    const bool passed = verdict == Verdict::pass;
    const bool failed = verdict == Verdict::fail;
    const Text word = passed ? Text::verdictPass : failed ? Text::verdictFail : Text::verdictInconclusive;
    const std::string css = passed ? "good" : failed ? "bad" : "open";
    const std::string sign = passed ? "✓" : failed ? "✕" : "…";
    return "<span class=\"badge " + css + "\"><span aria-hidden=\"true\">" + sign + "</span> " + escapeHtml((*this)[word]) +
           "</span>";
}

std::string Page::colourOf(const std::string& target) const
{
    return target == facts_.legacy ? "var(--legacy)" : target == facts_.target ? "var(--target)" : "var(--other)";
}

std::vector<std::string> Page::targets() const
{
    std::vector<std::string> names;
    for (const std::string& name : {facts_.legacy, facts_.target}) {
        if (facts_.totals.contains(name))
            names.push_back(name);
    }
    for (const auto& [name, seen] : facts_.totals) {
        if (name != facts_.legacy && name != facts_.target)
            names.push_back(name);
    }
    return names;
}

std::string sectionOf(std::string_view title, std::string_view intro, const std::string& body)
{
    Html html;
    html.open("section").element("h2", title);
    if (!intro.empty())
        html.element("p", intro, "class=\"intro\"");
    html.raw(body);
    return html.take();
}

} // namespace drover::report
