// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QSqlDatabase>
#include <QVariant>

#include "base/Result.h"
#include "base/Time.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace drover {

// One SQLite connection. Belongs to the thread that opened it. Errors: busy (another process writes for
// longer than the busy time-out), invalidInput (not a database, or damaged: the file is left as it is),
// noRights, io.
class Sqlite {
public:
    // The connection alone: nothing is written to the file yet. `patience` is for other processes' locks.
    static Result<std::unique_ptr<Sqlite>> open(const std::filesystem::path& file, Duration patience);
    ~Sqlite();
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;

    using Row = QVariantList;
    Result<void> run(const char* sql, const QVariantList& binds = {});
    Result<std::vector<Row>> rows(const char* sql, const QVariantList& binds = {});
    // The id made by the last INSERT.
    std::uint64_t lastId() const { return lastId_; }
    // f() between BEGIN IMMEDIATE and COMMIT; ROLLBACK where f or COMMIT fails.
    template <class F>
    auto transaction(F f) -> decltype(f())
    {
        DROVER_CHECK(run("BEGIN IMMEDIATE"));
        auto result = f();
        const auto end = run(result.has_value() ? "COMMIT" : "ROLLBACK");
        if (result.has_value() && !end.has_value()) {
            std::ignore = run("ROLLBACK");
            return end.error();
        }
        return result;
    }

private:
    Sqlite(QString name, std::string place) : name_(std::move(name)), place_(std::move(place)) {}
    QString name_;      // of Qt's connection
    std::string place_; // for errors
    std::uint64_t lastId_ = 0;
};

// Between our values and columns.
QVariant toColumn(const std::string& text);
QVariant toColumn(std::uint64_t number);
QVariant toColumn(WallTime time); // microseconds since 1970, UTC
QVariant toColumn(const std::optional<WallTime>& time);
std::string textOf(const QVariant& column);
std::uint64_t numberOf(const QVariant& column);
WallTime timeOf(const QVariant& column);
std::optional<WallTime> optionalTimeOf(const QVariant& column);

} // namespace drover
