// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/Toml.h"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
// Debug builds of toml++ 3.3 assert on malformed text ("[=") that the code behind the assertion reports as an error.
#define TOML_ASSERT(...) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

namespace drover {
namespace {

// Finds bytes for toml++'s lines and columns (columns count code points from 1).
class TextPlaces {
public:
    explicit TextPlaces(std::string_view text) : text_(text)
    {
        starts_.push_back(0);
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '\n')
                starts_.push_back(i + 1);
    }
    std::size_t offset(const toml::source_position& place) const
    {
        if (place.line == 0 || place.line > starts_.size())
            return text_.size();
        std::size_t at = starts_[place.line - 1];
        for (toml::source_index column = 1; column < place.column && at < text_.size(); ++column)
            do
                ++at;
            while (at < text_.size() && (text_[at] & '\xC0') == '\x80');
        return at;
    }

private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

TomlNode convertToml(const toml::node& node, const TextPlaces& places, std::string_view text);

void convertTable(const toml::table& table, TomlNode& to, const TextPlaces& places, std::string_view text)
{
    to.kind = TomlNode::Kind::table;
    to.isInline = table.is_inline();
    for (const auto& [key, value] : table)
        to.members.emplace_back(std::string(key.str()), convertToml(value, places, text));
    std::ranges::stable_sort(to.members, {}, [](const auto& member) { return member.second.begin; });
}

TomlNode convertToml(const toml::node& node, const TextPlaces& places, std::string_view text)
{
    TomlNode to;
    to.line = node.source().begin.line;
    to.begin = places.offset(node.source().begin);
    to.end = std::max(to.begin, places.offset(node.source().end));
    if (const auto* table = node.as_table()) {
        convertTable(*table, to, places, text);
    } else if (const auto* array = node.as_array()) {
        to.kind = TomlNode::Kind::list;
        for (const auto& item : *array)
            to.items.push_back(convertToml(item, places, text));
    } else if (const auto* string = node.as_string()) {
        to.kind = TomlNode::Kind::text;
        to.text = string->get();
    } else {
        to.text = text.substr(to.begin, to.end - to.begin);
        if (const auto* integer = node.as_integer()) {
            to.kind = TomlNode::Kind::integer;
            to.integer = integer->get();
            to.real = double(to.integer);
        } else if (const auto* real = node.as_floating_point()) {
            to.kind = TomlNode::Kind::real;
            to.real = real->get();
        } else if (const auto* flag = node.as_boolean()) {
            to.kind = TomlNode::Kind::flag;
            to.flag = flag->get();
        } else {
            to.kind = TomlNode::Kind::other;
        }
    }
    return to;
}

bool isBareKey(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::string joinKey(const std::string& path, std::string_view name)
{
    return path.empty() ? tomlKey(name) : path + "." + tomlKey(name);
}

// Items are counted from 1, as people do.
std::string itemPath(const std::string& path, std::size_t index)
{
    return path + "[" + std::to_string(index + 1) + "]";
}

void walkValue(const TomlNode& value, const std::string& path, const TomlVisitor& see)
{
    for (const auto& [name, member] : value.members) {
        const std::string full = joinKey(path, name);
        see(full, member);
        walkValue(member, full, see);
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const std::string full = itemPath(path, i);
        see(full, value.items[i]);
        walkValue(value.items[i], full, see);
    }
}

// Of what nobody asked for only the outermost is named; the items of a list that was asked for are looked into.
void collectUnused(const TomlNode& node, const std::string& path, const TomlReport& report, std::vector<UnusedKey>& out)
{
    for (const auto& [name, value] : node.members) {
        const std::string full = joinKey(path, name);
        if (report.used.contains(full))
            collectUnused(value, full, report, out);
        else
            out.push_back({full, value.line});
    }
    for (std::size_t i = 0; i < node.items.size(); ++i)
        collectUnused(node.items[i], itemPath(path, i), report, out);
}

} // namespace

const TomlNode* TomlNode::find(std::string_view name) const
{
    const auto found = std::ranges::find(members, name, [](const auto& member) { return std::string_view(member.first); });
    return found == members.end() ? nullptr : &found->second;
}

Result<TomlNode> parseToml(std::string_view text, std::string_view file)
{
    const toml::parse_result parsed = toml::parse(text);
    if (parsed.failed()) {
        const auto& error = parsed.error();
        return Error{Errc::invalidInput, std::string(error.description()),
                     std::string(file) + ":" + std::to_string(error.source().begin.line)};
    }
    TomlNode root;
    root.line = 1;
    convertTable(parsed.table(), root, TextPlaces{text}, text);
    return root;
}

void walkToml(const TomlNode& table, const TomlVisitor& see)
{
    walkValue(table, {}, see);
}

std::string tomlKey(std::string_view name)
{
    return isBareKey(name) ? std::string(name) : tomlString(name);
}

std::string tomlString(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append("\\").append(1, c);
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (code < 0x20 || code == 0x7f)
            out.append("\\u00").append(1, "0123456789ABCDEF"[code >> 4]).append(1, "0123456789ABCDEF"[code & 15]);
        else
            out += c;
    }
    return out + "\"";
}

std::vector<UnusedKey> unusedKeys(const TomlNode& root, const TomlReport& report)
{
    std::vector<UnusedKey> out;
    collectUnused(root, {}, report, out);
    return out;
}

std::string TomlFields::pathOf(std::string_view name) const
{
    return joinKey(path_, name);
}

const TomlNode* TomlFields::find(std::string_view name)
{
    report_->used.insert(pathOf(name));
    return table_->find(name);
}

void TomlFields::accept(std::string_view name)
{
    if (const auto* node = find(name))
        walkValue(*node, pathOf(name), [&](const std::string& path, const TomlNode&) { report_->used.insert(path); });
}

void TomlFields::fail(std::string_view name, std::string what)
{
    if (report_->error)
        return;
    const auto* node = table_->find(name);
    const std::size_t line = node != nullptr ? node->line : std::max<std::size_t>(table_->line, 1);
    report_->error = Error{Errc::invalidInput, std::move(what),
                           report_->file + ":" + std::to_string(line) + ": " + pathOf(name)};
}

void TomlFields::require(std::string_view name)
{
    if (find(name) == nullptr)
        fail(name, "the key is missing");
}

std::string TomlFields::text(std::string_view name, std::string_view otherwise)
{
    const auto* node = find(name);
    if (node != nullptr && node->kind == TomlNode::Kind::text)
        return node->text;
    if (node != nullptr)
        fail(name, "a string in quotes was expected");
    return std::string(otherwise);
}

bool TomlFields::flag(std::string_view name, bool otherwise)
{
    const auto* node = find(name);
    if (node != nullptr && node->kind == TomlNode::Kind::flag)
        return node->flag;
    if (node != nullptr)
        fail(name, "true or false was expected");
    return otherwise;
}

std::uint64_t TomlFields::count(std::string_view name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most)
{
    const auto* node = find(name);
    if (node == nullptr)
        return otherwise;
    if (node->kind == TomlNode::Kind::integer && node->integer >= 0 && std::uint64_t(node->integer) >= least &&
        std::uint64_t(node->integer) <= most)
        return std::uint64_t(node->integer);
    fail(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most) + " was expected");
    return otherwise;
}

double TomlFields::number(std::string_view name, double otherwise)
{
    const auto* node = find(name);
    if (node == nullptr)
        return otherwise;
    if ((node->kind == TomlNode::Kind::integer || node->kind == TomlNode::Kind::real) && std::isfinite(node->real))
        return node->real;
    fail(name, "a number was expected");
    return otherwise;
}

double TomlFields::fraction(std::string_view name, double otherwise)
{
    const double value = number(name, otherwise);
    if (value >= 0 && value <= 1)
        return value;
    fail(name, "a fraction from 0 to 1 was expected");
    return otherwise;
}

Duration TomlFields::duration(std::string_view name, Duration otherwise)
{
    const auto* node = find(name);
    if (node == nullptr)
        return otherwise;
    const bool isNumber = node->kind == TomlNode::Kind::integer || node->kind == TomlNode::Kind::real;
    auto value = parseDuration(node->kind == TomlNode::Kind::text || isNumber ? node->text : std::string());
    if (value.has_value())
        return *value;
    fail(name, "a duration like \"7d\", \"48h\", \"15m\" or \"1.5s\" was expected");
    return otherwise;
}

std::size_t TomlFields::word(std::string_view name, std::initializer_list<std::string_view> allowed, std::size_t otherwise)
{
    if (!has(name)) {
        find(name);
        return otherwise;
    }
    const std::string value = text(name, {});
    const auto found = std::ranges::find(allowed, value);
    if (found != allowed.end())
        return std::size_t(found - allowed.begin());
    std::string choices;
    for (const auto one : allowed)
        choices.append(choices.empty() ? "" : ", ").append(one);
    fail(name, "\"" + value + "\" is none of " + choices);
    return otherwise;
}

std::vector<std::string> TomlFields::texts(std::string_view name)
{
    std::vector<std::string> all;
    const auto* node = find(name);
    if (node == nullptr)
        return all;
    const auto isText = [](const TomlNode& item) { return item.kind == TomlNode::Kind::text; };
    if (node->kind == TomlNode::Kind::list && std::ranges::all_of(node->items, isText))
        std::ranges::transform(node->items, std::back_inserter(all), &TomlNode::text);
    else
        fail(name, "a list of strings was expected");
    return all;
}

std::map<std::string, std::string> TomlFields::textMap(std::string_view name)
{
    std::map<std::string, std::string> all;
    table(name, [&](TomlFields& members) {
        for (const auto& [key, value] : members.table_->members)
            all.emplace(key, members.text(key, {}));
    });
    return all;
}

bool TomlFields::table(std::string_view name, const std::function<void(TomlFields&)>& read)
{
    const auto* node = find(name);
    if (node == nullptr)
        return false;
    if (node->kind != TomlNode::Kind::table) {
        fail(name, "a table was expected");
        return false;
    }
    TomlFields inner{*node, pathOf(name), *report_};
    read(inner);
    return true;
}

void TomlFields::tables(std::string_view name, const std::function<void(const std::string&, TomlFields&)>& read)
{
    table(name, [&](TomlFields& outer) {
        for (const auto& member : outer.table_->members)
            outer.table(member.first, [&](TomlFields& inner) { read(member.first, inner); });
    });
}

void TomlFields::list(std::string_view name, const std::function<void(TomlFields&)>& read)
{
    const auto* node = find(name);
    if (node == nullptr)
        return;
    if (node->kind != TomlNode::Kind::list)
        return fail(name, "a list of tables was expected");
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        if (node->items[i].kind != TomlNode::Kind::table)
            return fail(name, "a list of tables was expected");
        TomlFields inner{node->items[i], itemPath(pathOf(name), i), *report_};
        read(inner);
    }
}

} // namespace drover
