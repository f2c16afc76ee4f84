// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceTables.h"

namespace drover {
namespace {

using All = std::map<std::string, SecretVersions>;

// One statement: both tables as they stood at one moment.
constexpr const char* everyName = "SELECT n.name, n.last, n.current, v.number, v.entry, v.replaces, v.begun FROM secret_names n"
                                  " LEFT JOIN secret_versions v ON v.name = n.name";

Result<All> allOf(Result<std::vector<Sqlite::Row>> rows)
{
    DROVER_CHECK(rows);
    All all;
    for (auto row = rows->begin(); row != rows->end();) {
        const std::string name = textOf((*row)[0]);
        const std::uint64_t last = numberOf((*row)[1]);
        const std::uint64_t current = numberOf((*row)[2]);
        std::vector<SecretVersion> versions;
        for (; row != rows->end() && textOf((*row)[0]) == name; ++row) {
            if (!(*row)[3].isNull())
                versions.push_back({numberOf((*row)[3]), textOf((*row)[4]), numberOf((*row)[5]), timeOf((*row)[6])});
        }
        all.emplace(name, SecretVersions{last, current, std::move(versions)});
    }
    return all;
}

Result<SecretVersions> versionsOf(Sqlite& sqlite, const std::string& name)
{
    const std::string one = std::string(everyName) + " WHERE n.name = ?";
    DROVER_TRY(All found, allOf(sqlite.rows(one.c_str(), {toColumn(name)})));
    return found.empty() ? SecretVersions{} : std::move(found.begin()->second);
}

Result<void> keepVersions(Sqlite& sqlite, const std::string& name, const SecretVersions& versions)
{
    DROVER_CHECK(sqlite.run("INSERT OR REPLACE INTO secret_names (name, last, current) VALUES (?, ?, ?)",
                            {toColumn(name), toColumn(versions.last()), toColumn(versions.current())}));
    DROVER_CHECK(sqlite.run("DELETE FROM secret_versions WHERE name = ?", {toColumn(name)}));
    for (const SecretVersion& one : versions.all()) {
        DROVER_CHECK(sqlite.run("INSERT INTO secret_versions (name, number, entry, replaces, begun) VALUES (?, ?, ?, ?, ?)",
                                {toColumn(name), toColumn(one.number), toColumn(one.entry), toColumn(one.replaces), toColumn(one.begun)}));
    }
    return {};
}

class DbSecretIndex final : public SecretIndex {
public:
    explicit DbSecretIndex(DbAccess access) : db_(access) {}

    Task<Result<All>> all() override
    {
        return db_.worker->run([sqlite = db_.sqlite] {
            const std::string sorted = std::string(everyName) + " ORDER BY n.name";
            return allOf(sqlite->rows(sorted.c_str()));
        });
    }
    Task<Result<SecretVersions>> find(std::string name) override
    {
        return db_.worker->run([sqlite = db_.sqlite, name = std::move(name)] {
            return versionsOf(*sqlite, name);
        });
    }
    Task<Result<SecretVersions>> change(std::string name, Change change) override
    {
        return db_.worker->run([sqlite = db_.sqlite, name = std::move(name), change = std::move(change)] {
            return sqlite->transaction([&]() -> Result<SecretVersions> {
                DROVER_TRY(SecretVersions versions, versionsOf(*sqlite, name));
                DROVER_CHECK(change(versions));
                DROVER_CHECK(keepVersions(*sqlite, name, versions));
                return versions;
            });
        });
    }

private:
    DbAccess db_;
};

} // namespace

std::unique_ptr<SecretIndex> makeDbSecretIndex(DbAccess access)
{
    return std::make_unique<DbSecretIndex>(access);
}

} // namespace drover
