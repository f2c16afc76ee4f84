// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drover::report {

// `text` for use between tags and inside double-quoted attributes. Bytes that are not UTF-8, and characters XML knows
// no way to write, become U+FFFD.
std::string escapeHtml(std::string_view text);

// Builds markup that is well-formed by construction: what is opened is closed, what is text is escaped.
class Html {
public:
    // attributes: name="value" pairs, already escaped, such as `class="num"`.
    Html& open(std::string_view tag, std::string_view attributes = {});
    Html& close();
    Html& text(std::string_view text);
    // Markup made by this class or by a chart.
    Html& raw(std::string_view markup);
    // <tag attributes>text</tag>
    Html& element(std::string_view tag, std::string_view text, std::string_view attributes = {});
    // All that was built; open elements are closed.
    std::string take();

private:
    std::string out_;
    std::vector<std::string> open_;
};

// A table whose columns know whether they hold numbers (set to the right). Cells are markup: escape() what is text.
class HtmlTable {
public:
    struct Column {
        std::string_view head; // plain text
        bool number = false;
    };
    explicit HtmlTable(std::vector<Column> columns, std::string_view cssClass = {});
    void row(const std::vector<std::string>& cells, std::string_view cssClass = {});
    // A row of one cell across all columns: "group" for a heading over the rows that follow, "said" for a remark to
    // the row before.
    void wide(std::string_view markup, std::string_view cssClass);
    bool empty() const { return rows_ == 0; }
    std::string take();

private:
    std::vector<Column> columns_;
    Html html_;
    std::size_t rows_ = 0;
};

} // namespace drover::report
