// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace drover {

// Prometheus' text format, version 0.0.4. One family after the other: begin it, then its samples.
class PrometheusText {
public:
    static constexpr std::string_view contentType = "text/plain; version=0.0.4; charset=utf-8";
    using Label = std::pair<std::string_view, std::string_view>;
    using Labels = std::initializer_list<Label>;

    explicit PrometheusText(std::string& out) : out_(out) {}

    // Help and type of a family: "counter", "gauge" or "histogram".
    void begin(std::string_view name, std::string_view type, std::string_view help);
    void sample(double value) { sample({}, value); }
    void sample(Labels labels, double value);
    // `edges` are the upper ends of the buckets, ascending; `counts` holds one more: what lies above the last. Counts
    // are of each bucket alone and are summed up here.
    void histogram(Labels labels, std::span<const double> edges, std::span<const std::uint64_t> counts, double sum);

private:
    void line(std::string_view suffix, Labels labels, std::string_view edge, double value);

    std::string& out_;
    std::string name_;
};

} // namespace drover
