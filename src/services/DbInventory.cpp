// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceTables.h"

namespace drover {
namespace {

// Hosts are names and ports: none has a space in it.
QVariant hostsColumn(const std::vector<std::string>& hosts)
{
    // Joining in QString would make a null of no hosts, which the column refuses.
    std::string text;
    for (const auto& host : hosts)
        text += (text.empty() ? "" : " ") + host;
    return toColumn(text);
}

std::vector<std::string> hostsOf(const QVariant& column)
{
    std::vector<std::string> hosts;
    for (const auto& host : column.toString().split(QLatin1Char(' '), Qt::SkipEmptyParts))
        hosts.push_back(host.toStdString());
    return hosts;
}

Result<KeyRecord> recordOf(const Sqlite::Row& row)
{
    KeyRecord record;
    record.target = textOf(row[0]);
    record.id = textOf(row[1]);
    record.name = textOf(row[2]);
    const auto state = keyStateFrom(textOf(row[3]));
    if (!state.has_value())
        return Error{Errc::invalidInput, "the inventory has a key in an unknown state: " + textOf(row[3]),
                     record.id};
    record.state = *state;
    record.createdBy = textOf(row[4]);
    record.createdAt = timeOf(row[5]);
    record.expiresAt = optionalTimeOf(row[6]);
    record.lastUsedAt = optionalTimeOf(row[7]);
    record.provenAt = optionalTimeOf(row[8]);
    record.hint = textOf(row[9]);
    record.fingerprint = textOf(row[10]);
    record.hosts = hostsOf(row[11]);
    record.store = textOf(row[12]);
    record.requests = numberOf(row[13]);
    record.errors = numberOf(row[14]);
    return record;
}

constexpr const char* keyColumns = "SELECT target, id, name, state, created_by, created_at, expires_at, last_used_at,"
                                   " proven_at, hint, fingerprint, hosts, store, requests, errors FROM keys";

Result<std::vector<KeyRecord>> recordsOf(Result<std::vector<Sqlite::Row>> rows)
{
    DROVER_CHECK(rows);
    std::vector<KeyRecord> all;
    for (const auto& row : *rows) {
        DROVER_TRY(auto record, recordOf(row));
        all.push_back(std::move(record));
    }
    return all;
}

Result<void> putRecord(Sqlite& sqlite, const KeyRecord& r)
{
    return sqlite.run("INSERT OR REPLACE INTO keys (target, id, name, state, created_by, created_at,"
                      " expires_at, last_used_at, proven_at, hint, fingerprint, hosts, store, requests,"
                      " errors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {toColumn(r.target), toColumn(r.id), toColumn(r.name),
                       toColumn(std::string(keyStateName(r.state))), toColumn(r.createdBy), toColumn(r.createdAt),
                       toColumn(r.expiresAt), toColumn(r.lastUsedAt), toColumn(r.provenAt), toColumn(r.hint),
                       toColumn(r.fingerprint), hostsColumn(r.hosts), toColumn(r.store), toColumn(r.requests),
                       toColumn(r.errors)});
}

Result<KeyRecord> changeRecord(Sqlite& sqlite, const std::string& target, const std::string& id,
                               const Inventory::Change& change)
{
    return sqlite.transaction([&]() -> Result<KeyRecord> {
        const std::string one = std::string(keyColumns) + " WHERE target = ? AND id = ?";
        DROVER_TRY(auto found, recordsOf(sqlite.rows(one.c_str(), {toColumn(target), toColumn(id)})));
        if (found.empty())
            return Error{Errc::notFound, "there is no key " + id + " in the inventory", id};
        DROVER_CHECK(change(found.front()));
        DROVER_CHECK(putRecord(sqlite, found.front()));
        return std::move(found.front());
    });
}

class DbInventory final : public Inventory {
public:
    explicit DbInventory(DbAccess access) : db_(access) {}

    Task<Result<std::vector<KeyRecord>>> keys() override
    {
        return db_.worker->run([sqlite = db_.sqlite] {
            const std::string all = std::string(keyColumns) + " ORDER BY target, created_at, id";
            return recordsOf(sqlite->rows(all.c_str()));
        });
    }

    Task<Result<std::vector<KeyRecord>>> keysOf(std::string target) override
    {
        return db_.worker->run([sqlite = db_.sqlite, target = std::move(target)] {
            const std::string all = std::string(keyColumns) + " WHERE target = ? ORDER BY created_at, id";
            return recordsOf(sqlite->rows(all.c_str(), {toColumn(target)}));
        });
    }

    Task<Result<void>> put(KeyRecord r) override
    {
        return db_.worker->run([sqlite = db_.sqlite, r = std::move(r)] { return putRecord(*sqlite, r); });
    }

    Task<Result<void>> erase(std::string target, std::string id) override
    {
        return db_.worker->run([sqlite = db_.sqlite, target = std::move(target), id = std::move(id)] {
            return sqlite->run("DELETE FROM keys WHERE target = ? AND id = ?",
                               {toColumn(target), toColumn(id)});
        });
    }

    Task<Result<KeyRecord>> change(std::string target, std::string id, Change change) override
    {
        return db_.worker->run([sqlite = db_.sqlite, target = std::move(target), id = std::move(id),
                                change = std::move(change)] { return changeRecord(*sqlite, target, id, change); });
    }

private:
    DbAccess db_;
};

} // namespace

std::unique_ptr<Inventory> makeDbInventory(DbAccess access)
{
    return std::make_unique<DbInventory>(access);
}

} // namespace drover
