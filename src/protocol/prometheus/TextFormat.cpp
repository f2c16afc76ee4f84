// SPDX-License-Identifier: Apache-2.0
#include "protocol/prometheus/TextFormat.h"

#include <charconv>
#include <cmath>

namespace drover {
namespace {

void appendMetricNumber(std::string& out, double value)
{
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else {
        char digits[40];
        out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    }
}

// In help texts \ and line ends are escaped, in label values quotes too.
void appendEscaped(std::string& out, std::string_view text, bool quotes)
{
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (quotes && c == '"'))
            out += '\\';
        out += c;
    }
}

void appendLabel(std::string& out, std::string_view name, std::string_view value)
{
    out.append(out.ends_with('{') ? "" : ",").append(name).append("=\"");
    appendEscaped(out, value, true);
    out += '"';
}

} // namespace

void PrometheusText::begin(std::string_view name, std::string_view type, std::string_view help)
{
    name_ = name;
    out_.append("# HELP ").append(name).append(" ");
    appendEscaped(out_, help, false);
    out_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void PrometheusText::line(std::string_view suffix, Labels labels, std::string_view edge, double value)
{
    out_.append(name_).append(suffix);
    if (labels.size() > 0 || !edge.empty()) {
        out_ += '{';
        for (const auto& [name, text] : labels)
            appendLabel(out_, name, text);
        if (!edge.empty())
            appendLabel(out_, "le", edge);
        out_ += '}';
    }
    out_ += ' ';
    appendMetricNumber(out_, value);
    out_ += '\n';
}

void PrometheusText::sample(Labels labels, double value)
{
    line({}, labels, {}, value);
}

void PrometheusText::histogram(Labels labels, std::span<const double> edges, std::span<const std::uint64_t> counts, double sum)
{
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        below += counts[i];
        std::string edge;
        if (i < edges.size())
            appendMetricNumber(edge, edges[i]);
        else
            edge = "+Inf";
        line("_bucket", labels, edge, double(below));
    }
    line("_sum", labels, {}, sum);
    line("_count", labels, {}, double(below));
}

} // namespace drover
