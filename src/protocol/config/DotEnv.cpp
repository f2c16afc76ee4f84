// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/DotEnv.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace drover {
namespace {

constexpr std::string_view lineBlanks = " \t";

bool beginsVariable(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continuesVariable(char c)
{
    return beginsVariable(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

class DotEnvReader {
public:
    DotEnvReader(std::string_view text, std::string_view file) : text_(text), file_(file)
    {
        if (text_.starts_with("\xef\xbb\xbf"))
            text_.remove_prefix(3);
    }

    Result<std::vector<DotEnvEntry>> all()
    {
        if (text_.find('\0') != std::string_view::npos)
            return Error{Errc::invalidInput, "this is no text", std::string(file_)};
        std::vector<DotEnvEntry> entries;
        while (!text_.empty()) {
            DROVER_TRY(std::optional<DotEnvEntry> entry, one());
            if (entry)
                entries.push_back(*std::move(entry));
        }
        return entries;
    }

private:
    Error wrong(std::string what, std::size_t line) const
    {
        return Error{Errc::invalidInput, std::move(what), std::string(file_) + ':' + std::to_string(line)};
    }
    bool atLineEnd() const { return text_.empty() || text_.front() == '\n' || text_.starts_with("\r\n"); }
    void skipBlanks() { text_.remove_prefix(std::min(text_.find_first_not_of(lineBlanks), text_.size())); }
    // To the beginning of the next line.
    void skipLine()
    {
        const std::size_t end = text_.find('\n');
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
        ++line_;
    }
    std::string_view takeName()
    {
        if (text_.empty() || !beginsVariable(text_.front()))
            return {};
        const auto end = std::ranges::find_if_not(text_, continuesVariable);
        const std::string_view name = text_.substr(0, std::size_t(end - text_.begin()));
        text_.remove_prefix(name.size());
        return name;
    }

    // One line; nothing where it sets no variable.
    Result<std::optional<DotEnvEntry>> one()
    {
        skipBlanks();
        if (atLineEnd() || text_.front() == '#') {
            skipLine();
            return std::optional<DotEnvEntry>{};
        }
        std::string_view name = takeName();
        bool exported = false;
        if (name == "export" && !text_.empty() && lineBlanks.find(text_.front()) != std::string_view::npos) {
            skipBlanks();
            exported = text_.empty() || text_.front() != '=';
            if (exported)
                name = takeName();
        }
        if (name.empty())
            return wrong("a name was expected: letters, digits and _", line_);
        skipBlanks();
        if (exported && (atLineEnd() || text_.front() == '#')) { // `export NAME` alone sets nothing
            skipLine();
            return std::optional<DotEnvEntry>{};
        }
        if (text_.empty() || text_.front() != '=')
            return wrong("NAME=value was expected", line_);
        text_.remove_prefix(1);
        skipBlanks();
        DotEnvEntry entry;
        entry.name = name;
        entry.line = line_;
        DROVER_TRY(entry.value, takeValue());
        skipLine();
        return std::optional<DotEnvEntry>{std::move(entry)};
    }

    Result<Secret> takeValue()
    {
        if (atLineEnd())
            return Secret{};
        const char quote = text_.front();
        if (quote == '\'' || quote == '"' || quote == '`')
            return takeQuoted(quote);
        std::string_view value = text_.substr(0, text_.find_first_of("\r\n"));
        text_.remove_prefix(value.size());
        if (value.starts_with('#')) // NAME= # a comment
            return Secret{};
        for (std::size_t hash = value.find('#'); hash != std::string_view::npos; hash = value.find('#', hash + 1)) {
            if (lineBlanks.find(value[hash - 1]) != std::string_view::npos) {
                value = value.substr(0, hash);
                break;
            }
        }
        const std::size_t last = value.find_last_not_of(lineBlanks);
        return Secret{value.substr(0, last == std::string_view::npos ? 0 : last + 1)};
    }

    Result<Secret> takeQuoted(char quote)
    {
        const std::size_t began = line_;
        std::string value;
        text_.remove_prefix(1);
        for (;;) {
            if (text_.empty()) {
                wipe(value);
                return wrong("the quote is never closed", began);
            }
            char c = text_.front();
            text_.remove_prefix(1);
            if (c == quote)
                break;
            if (c == '\n')
                ++line_;
            if (c == '\\' && quote == '"' && !text_.empty())
                c = takeEscape();
            if (c != '\0')
                value += c;
        }
        skipBlanks();
        if (!atLineEnd() && text_.front() != '#') {
            wipe(value);
            return wrong("there is something behind the closing quote", line_);
        }
        return Secret::taking(value);
    }

    // What stands for \x; '\0' for a line end that is taken away.
    char takeEscape()
    {
        const char c = text_.front();
        switch (c) {
        case 'n': text_.remove_prefix(1); return '\n';
        case 'r': text_.remove_prefix(1); return '\r';
        case 't': text_.remove_prefix(1); return '\t';
        case '"':
        case '\\':
        case '$':
        case '`': text_.remove_prefix(1); return c;
        case '\n':
            text_.remove_prefix(1);
            ++line_;
            return '\0';
        default: return '\\';
        }
    }

    std::string_view text_;
    std::string_view file_;
    std::size_t line_ = 1;
};

} // namespace

Result<std::vector<DotEnvEntry>> parseDotEnv(std::string_view text, std::string_view file)
{
    return DotEnvReader{text, file}.all();
}

} // namespace drover
