// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover {

// A TOML value with its place in the text, so that errors can name file and line and an editor can replace it.
struct TomlNode {
    enum class Kind { table, list, text, integer, real, flag, other };
    Kind kind = Kind::table;
    std::size_t line = 0;  // 1-based
    std::size_t begin = 0; // bytes of the value in the text; of a table its header or brace
    std::size_t end = 0;
    bool isInline = false; // a table in braces
    std::string text;      // text: the value; other kinds of scalars: as written
    std::int64_t integer = 0;
    double real = 0;
    bool flag = false;
    std::vector<std::pair<std::string, TomlNode>> members; // of a table, in the file's order
    std::vector<TomlNode> items;                           // of a list

    const TomlNode* find(std::string_view name) const;
};

// Errors: invalidInput with "file:line" in `where`.
Result<TomlNode> parseToml(std::string_view text, std::string_view file);

// Calls see(dotted path, value) for every value below a table, the items of lists too ("canary.steps[2].share").
using TomlVisitor = std::function<void(const std::string& path, const TomlNode& value)>;
void walkToml(const TomlNode& table, const TomlVisitor& see);

// A key as it may stand in TOML: bare, or in quotes.
std::string tomlKey(std::string_view name);
// A string as it may stand in TOML, in quotes.
std::string tomlString(std::string_view text);

// What reading one file found: the first error, and which keys were asked for.
struct TomlReport {
    std::string file;
    std::optional<Error> error;
    std::set<std::string, std::less<>> used;
};
// Tables and keys that nobody asked for, in the file's order.
struct UnusedKey {
    std::string path; // "canary.steps[2].tiem"
    std::size_t line = 0;
};
std::vector<UnusedKey> unusedKeys(const TomlNode& root, const TomlReport& report);

// Reads the keys of one table; the first thing that is wrong is kept in the report with "file:line: path". An absent
// key gives the default.
class TomlFields {
public:
    TomlFields(const TomlNode& table, std::string path, TomlReport& report)
        : table_(&table), path_(std::move(path)), report_(&report)
    {
    }

    std::string text(std::string_view name, std::string_view otherwise);
    bool flag(std::string_view name, bool otherwise);
    std::uint64_t count(std::string_view name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most);
    double number(std::string_view name, double otherwise);
    // A number in [0, 1].
    double fraction(std::string_view name, double otherwise);
    // "7d", "1.5s" or a number of seconds.
    Duration duration(std::string_view name, Duration otherwise);
    // Index of the word among the allowed.
    std::size_t word(std::string_view name, std::initializer_list<std::string_view> allowed, std::size_t otherwise);
    std::vector<std::string> texts(std::string_view name);
    std::map<std::string, std::string> textMap(std::string_view name);

    bool has(std::string_view name) const { return table_->find(name) != nullptr; }
    bool table(std::string_view name, const std::function<void(TomlFields&)>& read);
    // Each member that is a table itself.
    void tables(std::string_view name, const std::function<void(const std::string&, TomlFields&)>& read);
    // Each table of a list.
    void list(std::string_view name, const std::function<void(TomlFields&)>& read);
    // Says that the key and everything below it is known, without reading it.
    void accept(std::string_view name);

    void fail(std::string_view name, std::string what);
    bool failed() const { return report_->error.has_value(); }
    // For a key that must be there.
    void require(std::string_view name);

private:
    const TomlNode* find(std::string_view name);
    std::string pathOf(std::string_view name) const;

    const TomlNode* table_;
    std::string path_;
    TomlReport* report_;
};

} // namespace drover
