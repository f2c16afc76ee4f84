// SPDX-License-Identifier: Apache-2.0
#include "report/Html.h"

#include <QString>

namespace drover::report {
namespace {

bool isWritable(QChar c)
{
    const ushort code = c.unicode();
    return (code >= 0x20 && code != 0x7f && code < 0xfffe) || code == '\t' || code == '\n' || code == '\r';
}

std::string tagOpening(std::string_view tag, std::string_view attributes)
{
    std::string out = "<" + std::string(tag);
    if (!attributes.empty())
        out += " " + std::string(attributes);
    return out + ">";
}

} // namespace

std::string escapeHtml(std::string_view text)
{
    QString decoded = QString::fromUtf8(text.data(), qsizetype(text.size()));
    for (QChar& c : decoded) {
        if (!isWritable(c))
            c = QChar(QChar::ReplacementCharacter);
    }
    return decoded.toHtmlEscaped().toStdString();
}

Html& Html::open(std::string_view tag, std::string_view attributes)
{
    out_ += tagOpening(tag, attributes);
    open_.emplace_back(tag);
    return *this;
}

Html& Html::close()
{
    out_ += "</" + open_.back() + ">";
    open_.pop_back();
    if (open_.size() < 5)
        out_ += '\n';
    return *this;
}

Html& Html::text(std::string_view text)
{
    out_ += escapeHtml(text);
    return *this;
}

Html& Html::raw(std::string_view markup)
{
    out_ += markup;
    return *this;
}

Html& Html::element(std::string_view tag, std::string_view text, std::string_view attributes)
{
    out_ += tagOpening(tag, attributes) + escapeHtml(text) + "</" + std::string(tag) + ">";
    return *this;
}

std::string Html::take()
{
    while (!open_.empty())
        close();
    return std::exchange(out_, {});
}

HtmlTable::HtmlTable(std::vector<Column> columns, std::string_view cssClass) : columns_(std::move(columns))
{
    html_.open("div", "class=\"scroll\"");
    html_.open("table", cssClass.empty() ? std::string() : "class=\"" + std::string(cssClass) + "\"");
    html_.open("thead").open("tr");
    for (const Column& column : columns_)
        html_.element("th", column.head, column.number ? "scope=\"col\" class=\"num\"" : "scope=\"col\"");
    html_.close().close();
    html_.open("tbody");
}

void HtmlTable::row(const std::vector<std::string>& cells, std::string_view cssClass)
{
    ++rows_;
    html_.open("tr", cssClass.empty() ? std::string() : "class=\"" + std::string(cssClass) + "\"");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        html_.open("td", columns_[i].number ? "class=\"num\"" : "");
        html_.raw(i < cells.size() ? cells[i] : std::string()).close();
    }
    html_.close();
}

void HtmlTable::wide(std::string_view markup, std::string_view cssClass)
{
    html_.open("tr", "class=\"" + std::string(cssClass) + "\"");
    html_.open("td", "colspan=\"" + std::to_string(columns_.size()) + "\"").raw(markup).close().close();
}

std::string HtmlTable::take()
{
    return html_.take();
}

} // namespace drover::report
