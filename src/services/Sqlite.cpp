// SPDX-License-Identifier: Apache-2.0
#include "services/Sqlite.h"

#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <limits>

namespace drover {
namespace {

Error sqlError(const QSqlError& error, const std::string& place)
{
    const int code = error.nativeErrorCode().toInt() & 0xff; // the low byte is the primary code
    const std::string text = error.databaseText().toStdString();
    switch (code) {
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
        return {Errc::busy, "another process is writing to the database", place};
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
        return {Errc::noRights, "this user may not write to the database (" + text + ")", place};
    case 14: { // SQLITE_CANTOPEN, also where the folder takes no -wal beside the database
        const auto folder = std::filesystem::path{place}.parent_path();
        const bool closed = ::access(folder.c_str(), W_OK | X_OK) != 0;
        return {closed ? errcOfErrno(errno) : Errc::io, "the database says: " + text, place};
    }
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
        return {Errc::invalidInput, "not a database, or damaged (" + text + "); it was left as it is", place};
    default:
        return {Errc::io, "the database says: " + text, place};
    }
}

} // namespace

Result<std::unique_ptr<Sqlite>> Sqlite::open(const std::filesystem::path& file, Duration patience)
{
    static std::atomic<std::uint64_t> opened{0};
    const QString name = QStringLiteral("drover-%1").arg(++opened);
    std::unique_ptr<Sqlite> made{new Sqlite{name, file.string()}};
    auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
    database.setDatabaseName(QString::fromStdString(file.string()));
    database.setConnectOptions(
        QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(qlonglong(milliseconds(patience))));
    if (!database.open())
        return sqlError(database.lastError(), made->place_);
    return made;
}

Sqlite::~Sqlite()
{
    QSqlDatabase::removeDatabase(name_);
}

Result<void> Sqlite::run(const char* sql, const QVariantList& binds)
{
    DROVER_TRY(const auto ignored, rows(sql, binds));
    static_cast<void>(ignored);
    return {};
}

Result<std::vector<Sqlite::Row>> Sqlite::rows(const char* sql, const QVariantList& binds)
{
    QSqlQuery query{QSqlDatabase::database(name_, false)};
    query.setForwardOnly(true);
    if (!query.prepare(QString::fromUtf8(sql)))
        return sqlError(query.lastError(), place_);
    for (const auto& bind : binds)
        query.addBindValue(bind);
    if (!query.exec())
        return sqlError(query.lastError(), place_);
    lastId_ = query.lastInsertId().toULongLong();
    std::vector<Row> all;
    while (query.next()) {
        Row row;
        const int columns = query.record().count();
        for (int i = 0; i < columns; ++i)
            row.push_back(query.value(i));
        all.push_back(std::move(row));
    }
    if (query.lastError().isValid())
        return sqlError(query.lastError(), place_);
    return all;
}

QVariant toColumn(const std::string& text)
{
    return QString::fromStdString(text);
}

QVariant toColumn(std::uint64_t number)
{
    // SQLite's integers are signed.
    constexpr auto most = std::uint64_t(std::numeric_limits<qlonglong>::max());
    return qlonglong(std::min(number, most));
}

QVariant toColumn(WallTime time)
{
    return qlonglong(time.time_since_epoch().count());
}

QVariant toColumn(const std::optional<WallTime>& time)
{
    return time.has_value() ? toColumn(*time) : QVariant{};
}

std::string textOf(const QVariant& column)
{
    return column.toString().toStdString();
}

std::uint64_t numberOf(const QVariant& column)
{
    return std::uint64_t(column.toLongLong());
}

WallTime timeOf(const QVariant& column)
{
    return WallTime{Duration{column.toLongLong()}};
}

std::optional<WallTime> optionalTimeOf(const QVariant& column)
{
    return column.isNull() ? std::nullopt : std::optional{timeOf(column)};
}

} // namespace drover
