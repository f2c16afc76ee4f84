// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceTables.h"

namespace drover {
namespace {

constexpr const char* schemaVersion1[] = {
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, made_by TEXT NOT NULL)",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    "CREATE TABLE journal (sequence INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, kind TEXT NOT NULL,"
    " event TEXT NOT NULL, at INTEGER NOT NULL)",
    "CREATE INDEX journal_by_run ON journal (run, sequence)",
    "CREATE INDEX journal_by_kind ON journal (kind, sequence)",
    "CREATE TABLE keys (target TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,"
    " created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER,"
    " proven_at INTEGER, hint TEXT NOT NULL, fingerprint TEXT NOT NULL, hosts TEXT NOT NULL, store TEXT NOT "
    "NULL,"
    " requests INTEGER NOT NULL, errors INTEGER NOT NULL, PRIMARY KEY (target, id))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, verb TEXT NOT NULL, actor TEXT NOT NULL,"
    " reason TEXT NOT NULL, at INTEGER NOT NULL, answer TEXT)",
    "CREATE TABLE audit (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, deed TEXT "
    "NOT NULL,"
    " subject TEXT NOT NULL, reason TEXT NOT NULL, hash TEXT NOT NULL)",
};

// An order belongs to a migration, may say what was seen when it was given, and is taken before it is answered.
constexpr const char* schemaVersion2[] = {
    "ALTER TABLE orders ADD COLUMN migration TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE orders ADD COLUMN seen_phase TEXT",
    "ALTER TABLE orders ADD COLUMN seen_step INTEGER",
    "ALTER TABLE orders ADD COLUMN seen_generation INTEGER",
    "ALTER TABLE orders ADD COLUMN taken INTEGER NOT NULL DEFAULT 0",
};

// Rotations of several targets may be open at once: the first entry of each says whose it is.
constexpr const char* schemaVersion3[] = {
    "ALTER TABLE journal ADD COLUMN subject TEXT NOT NULL DEFAULT ''",
    "UPDATE journal SET subject = coalesce(json_extract(event, '$.target'), '')"
    " WHERE kind = 'rotation' AND json_valid(event)"
    " AND sequence IN (SELECT min(sequence) FROM journal WHERE kind = 'rotation' GROUP BY run)",
    "CREATE INDEX journal_by_subject ON journal (kind, subject, sequence) WHERE subject <> ''",
};

// The versions of secrets in a store that has none of its own (the OS keychain). No secret is in it.
constexpr const char* schemaVersion4[] = {
    "CREATE TABLE secret_names (name TEXT PRIMARY KEY, last INTEGER NOT NULL, current INTEGER NOT NULL)",
    "CREATE TABLE secret_versions (name TEXT NOT NULL, number INTEGER NOT NULL, entry TEXT NOT NULL, replaces INTEGER NOT NULL,"
    " begun INTEGER NOT NULL, PRIMARY KEY (name, number))",
};

constexpr SchemaStep allSchemaSteps[] = {{1, schemaVersion1}, {2, schemaVersion2}, {3, schemaVersion3}, {4, schemaVersion4}};

// 0 for a new file.
Result<int> schemaOf(Sqlite& sqlite, const std::string& file)
{
    DROVER_TRY(const auto tables, sqlite.rows("SELECT name FROM sqlite_master WHERE type = 'table'"));
    if (tables.empty())
        return 0;
    bool ours = false;
    for (const auto& table : tables)
        ours = ours || textOf(table.front()) == "schema_version";
    if (!ours)
        return Error{Errc::invalidInput, "a database, but not one of Drover's; it was left as it is", file};
    DROVER_TRY(const auto versions, sqlite.rows("SELECT max(version) FROM schema_version"));
    return int(numberOf(versions.front().front()));
}

Result<void> applySteps(Sqlite& sqlite, int from)
{
    for (const auto& step : schemaSteps()) {
        if (step.version <= from)
            continue;
        for (const auto* statement : step.statements) {
            DROVER_CHECK(sqlite.run(statement));
        }
        DROVER_CHECK(sqlite.run("INSERT INTO schema_version VALUES (?, ?)",
                                {step.version, QStringLiteral("drover " DROVER_VERSION)}));
    }
    return {};
}

} // namespace

std::span<const SchemaStep> schemaSteps()
{
    return allSchemaSteps;
}

Result<void> prepareSchema(Sqlite& sqlite, const std::string& file)
{
    DROVER_TRY(const int found, schemaOf(sqlite, file));
    if (found > newestSchema()) {
        return Error{Errc::newerSchema,
                     "written by a newer Drover: its schema is " + std::to_string(found) +
                         ", this one knows up to " + std::to_string(newestSchema()) +
                         "; it was left as it is",
                     file};
    }
    DROVER_TRY(const auto checked, sqlite.rows("PRAGMA quick_check(1)"));
    if (checked.empty() || textOf(checked.front().front()) != "ok")
        return Error{Errc::invalidInput, "the database is damaged; it was left as it is", file};
    DROVER_CHECK(sqlite.run("PRAGMA journal_mode = WAL"));
    DROVER_CHECK(sqlite.run("PRAGMA synchronous = FULL"));
    if (found == newestSchema())
        return {};
    return sqlite.transaction([&]() -> Result<void> {
        DROVER_TRY(const int now, schemaOf(sqlite, file)); // another process may have been faster
        return applySteps(sqlite, now);
    });
}

} // namespace drover
