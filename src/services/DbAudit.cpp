// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceDb.h"

#include "services/WorkspaceTables.h"

#include <QCryptographicHash>

#include <algorithm>

namespace drover {
namespace {

Result<void> appendAudit(Sqlite& sqlite, AuditEntry entry)
{
    return sqlite.transaction([&]() -> Result<void> {
        DROVER_TRY(const auto last,
                   sqlite.rows("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1"));
        entry.sequence = last.empty() ? 1 : numberOf(last.front()[0]) + 1;
        entry.hash = auditHash(last.empty() ? std::string() : textOf(last.front()[1]), entry);
        return sqlite.run("INSERT INTO audit (sequence, at, actor, deed, subject, reason, hash)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?)",
                          {toColumn(entry.sequence), toColumn(entry.at), toColumn(entry.actor),
                           toColumn(entry.deed), toColumn(entry.subject), toColumn(entry.reason),
                           toColumn(entry.hash)});
    });
}

class DbAudit final : public Audit {
public:
    explicit DbAudit(DbAccess access) : db_(access) {}

    Task<Result<void>> record(AuditEntry entry) override
    {
        return db_.worker->run(
            [sqlite = db_.sqlite, entry = std::move(entry)] { return appendAudit(*sqlite, entry); });
    }

    Task<Result<std::vector<AuditEntry>>> recent(std::uint32_t limit) override
    {
        return db_.worker->run([sqlite = db_.sqlite, limit]() -> Result<std::vector<AuditEntry>> {
            DROVER_TRY(const auto rows, sqlite->rows("SELECT sequence, at, actor, deed, subject, reason, hash"
                                                     " FROM audit ORDER BY sequence DESC LIMIT ?",
                                                     {toColumn(std::uint64_t{limit})}));
            std::vector<AuditEntry> all;
            for (const auto& row : rows)
                all.push_back({numberOf(row[0]), timeOf(row[1]), textOf(row[2]), textOf(row[3]),
                               textOf(row[4]), textOf(row[5]), textOf(row[6])});
            return all;
        });
    }

    Task<Result<std::optional<std::string>>> fact(std::string name) override
    {
        return db_.worker->run(
            [sqlite = db_.sqlite, name = std::move(name)]() -> Result<std::optional<std::string>> {
                DROVER_TRY(const auto rows,
                           sqlite->rows("SELECT value FROM facts WHERE name = ?", {toColumn(name)}));
                if (rows.empty())
                    return std::optional<std::string>{};
                return std::optional{textOf(rows.front().front())};
            });
    }

    Task<Result<void>> setFact(std::string name, std::string value) override
    {
        return db_.worker->run([sqlite = db_.sqlite, name = std::move(name), value = std::move(value)] {
            return sqlite->run("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)",
                               {toColumn(name), toColumn(value)});
        });
    }

private:
    DbAccess db_;
};

} // namespace

std::string auditHash(const std::string& previous, const AuditEntry& entry)
{
    QCryptographicHash hash{QCryptographicHash::Sha256};
    const auto add = [&hash](const std::string& field) {
        const std::string framed = std::to_string(field.size()) + ":" + field;
        hash.addData(QByteArrayView{framed.data(), qsizetype(framed.size())});
    };
    add(previous);
    add(std::to_string(entry.sequence));
    add(std::to_string(entry.at.time_since_epoch().count()));
    for (const auto* field : {&entry.actor, &entry.deed, &entry.subject, &entry.reason})
        add(*field);
    return hash.result().toHex().toStdString();
}

std::unique_ptr<Audit> makeDbAudit(DbAccess access)
{
    return std::make_unique<DbAudit>(access);
}

} // namespace drover
