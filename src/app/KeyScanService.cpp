// SPDX-License-Identifier: Apache-2.0
#include "app/KeyScanService.h"

#include "protocol/json/JsonWriter.h"

#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

namespace drover::app {
namespace {

// What the reading thread fills; read only when it is over.
struct Gathered {
    explicit Gathered(std::vector<HeldKey> held) : scanner(std::move(held)) {}

    void take(const TreeText& text)
    {
        for (KeyFinding& finding : scanner.scan(text.text, text.firstLine))
            // Pieces of one long line overlap.
            if (met.insert({text.place, finding.line, finding.hint}).second)
                found.push_back({text.place, std::move(finding)});
    }

    KeyScanner scanner;
    std::set<std::tuple<std::string, std::size_t, std::string>> met;
    std::vector<LeakedKey> found;
};

} // namespace

Task<Result<KeyScanReport>> KeyScanService::scan(std::vector<std::filesystem::path> paths, bool history, Deadline deadline)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> keys, co_await ports_.inventory.keys());
    std::vector<HeldKey> held;
    std::map<std::string, const KeyRecord*> records;
    for (const KeyRecord& key : keys) {
        held.push_back({key.id, key.fingerprint, key.hint});
        records[key.id] = &key;
    }
    const auto gathered = std::make_shared<Gathered>(std::move(held));
    std::function<void(const TreeText&)> each = [gathered](const TreeText& text) { gathered->take(text); };
    KeyScanReport report;
    DROVER_CO_TRY(report.totals, co_await trees_.read(std::move(paths), history, std::move(each), deadline));
    report.found = std::move(gathered->found);
    for (LeakedKey& leaked : report.found)
        if (const auto record = records.find(leaked.finding.keyId); record != records.end()) {
            leaked.state = record->second->state;
            leaked.target = record->second->target;
        }
    co_return report;
}

std::string keyScanJson(const KeyScanReport& report)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("found").beginArray();
    for (const LeakedKey& leaked : report.found) {
        const bool ours = !leaked.finding.keyId.empty();
        json.beginObject().field("place", leaked.place).field("line", leaked.finding.line).field("column", leaked.finding.column);
        json.field("hint", leaked.finding.hint).fieldOrNull("prefix", leaked.finding.prefix);
        json.fieldOrNull("key_id", leaked.finding.keyId).fieldOrNull("state", ours ? keyStateName(leaked.state) : std::string_view{});
        json.endObject();
    }
    json.endArray().field("files", report.totals.files).field("commits", report.totals.commits).field("bytes", report.totals.bytes);
    json.key("skipped").beginArray();
    for (const std::string& skipped : report.totals.skipped)
        json.text(skipped);
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
