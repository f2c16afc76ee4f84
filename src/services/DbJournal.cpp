// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceTables.h"

namespace drover {
namespace {

class DbJournal final : public Journal {
public:
    explicit DbJournal(DbAccess access) : db_(access) {}

    Task<Result<std::uint64_t>> append(JournalEntry entry) override
    {
        return db_.worker->run([sqlite = db_.sqlite, entry = std::move(entry)]() -> Result<std::uint64_t> {
            DROVER_CHECK(sqlite->run(
                "INSERT INTO journal (run, kind, event, at, subject) VALUES (?, ?, ?, ?, ?)",
                {toColumn(entry.run), toColumn(entry.kind), toColumn(entry.event), toColumn(entry.at), toColumn(entry.subject)}));
            return sqlite->lastId();
        });
    }

    Task<Result<std::vector<JournalEntry>>> entries(std::string run) override
    {
        return db_.worker->run(
            [sqlite = db_.sqlite, run = std::move(run)]() -> Result<std::vector<JournalEntry>> {
                DROVER_TRY(const auto rows, sqlite->rows("SELECT sequence, run, kind, event, at FROM journal"
                                                         " WHERE run = ? ORDER BY sequence",
                                                         {toColumn(run)}));
                std::vector<JournalEntry> all;
                all.reserve(rows.size());
                for (const auto& row : rows)
                    all.push_back(
                        {numberOf(row[0]), textOf(row[1]), textOf(row[2]), textOf(row[3]), timeOf(row[4])});
                return all;
            });
    }

    Task<Result<std::optional<std::string>>> latestRun(std::string kind) override
    {
        return db_.worker->run(
            [sqlite = db_.sqlite, kind = std::move(kind)]() -> Result<std::optional<std::string>> {
                // The run that began last, whichever wrote last.
                DROVER_TRY(const auto rows, sqlite->rows("SELECT run FROM journal WHERE kind = ? GROUP BY run"
                                                         " ORDER BY min(sequence) DESC LIMIT 1",
                                                         {toColumn(kind)}));
                if (rows.empty())
                    return std::optional<std::string>{};
                return std::optional{textOf(rows.front().front())};
            });
    }

    Task<Result<std::vector<std::string>>> latestRuns(std::string kind) override
    {
        return db_.worker->run([sqlite = db_.sqlite, kind = std::move(kind)]() -> Result<std::vector<std::string>> {
            // max() gives the row of that entry, SQLite says: https://www.sqlite.org/lang_select.html#bareagg
            DROVER_TRY(const auto rows, sqlite->rows("SELECT run, max(sequence) FROM journal WHERE kind = ? AND subject <> ''"
                                                     " GROUP BY subject ORDER BY 2 DESC",
                                                     {toColumn(kind)}));
            std::vector<std::string> runs;
            runs.reserve(rows.size());
            for (const auto& row : rows)
                runs.push_back(textOf(row.front()));
            return runs;
        });
    }

    Task<Result<std::optional<std::string>>> latestRunOf(std::string kind, std::string subject) override
    {
        return db_.worker->run(
            [sqlite = db_.sqlite, kind = std::move(kind), subject = std::move(subject)]() -> Result<std::optional<std::string>> {
                DROVER_TRY(const auto rows, sqlite->rows("SELECT run FROM journal WHERE kind = ? AND subject = ? AND subject <> ''"
                                                         " ORDER BY sequence DESC LIMIT 1",
                                                         {toColumn(kind), toColumn(subject)}));
                return rows.empty() ? std::optional<std::string>{} : std::optional{textOf(rows.front().front())};
            });
    }

    Task<Result<std::uint64_t>> highestGeneration() override
    {
        return db_.worker->run([sqlite = db_.sqlite]() -> Result<std::uint64_t> {
            DROVER_TRY(const auto rows, sqlite->rows("SELECT value FROM counters WHERE name = 'generation'"));
            return rows.empty() ? std::uint64_t{0} : numberOf(rows.front().front());
        });
    }

    Task<Result<void>> raiseGeneration(std::uint64_t generation) override
    {
        return db_.worker->run([sqlite = db_.sqlite, generation] {
            return sqlite->run("INSERT INTO counters (name, value) VALUES ('generation', ?)"
                               " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
                               {toColumn(generation)});
        });
    }

private:
    DbAccess db_;
};

} // namespace

std::unique_ptr<Journal> makeDbJournal(DbAccess access)
{
    return std::make_unique<DbJournal>(access);
}

} // namespace drover
