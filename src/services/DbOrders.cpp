// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceTables.h"

namespace drover {
namespace {

Order orderOf(const Sqlite::Row& row)
{
    return {numberOf(row[0]), textOf(row[1]), textOf(row[2]), textOf(row[3]), timeOf(row[4]), textOf(row[5])};
}

class DbOrders final : public OrderBox {
public:
    explicit DbOrders(DbAccess access) : db_(access) {}

    Task<Result<std::uint64_t>> place(Order order) override
    {
        return db_.worker->run([sqlite = db_.sqlite, order = std::move(order)]() -> Result<std::uint64_t> {
            DROVER_CHECK(sqlite->run(
                "INSERT INTO orders (verb, actor, reason, at) VALUES (?, ?, ?, ?)",
                {toColumn(order.verb), toColumn(order.actor), toColumn(order.reason), toColumn(order.at)}));
            return sqlite->lastId();
        });
    }

    Task<Result<std::vector<Order>>> unanswered() override
    {
        return db_.worker->run([sqlite = db_.sqlite]() -> Result<std::vector<Order>> {
            DROVER_TRY(const auto rows, sqlite->rows("SELECT id, verb, actor, reason, at, answer FROM orders"
                                                     " WHERE answer IS NULL ORDER BY id"));
            std::vector<Order> all;
            for (const auto& row : rows)
                all.push_back(orderOf(row));
            return all;
        });
    }

    Task<Result<void>> answer(std::uint64_t id, std::string json) override
    {
        return db_.worker->run([sqlite = db_.sqlite, id, json = std::move(json)]() -> Result<void> {
            DROVER_CHECK(
                sqlite->run("UPDATE orders SET answer = ? WHERE id = ?", {toColumn(json), toColumn(id)}));
            DROVER_TRY(const auto changed, sqlite->rows("SELECT changes()"));
            if (numberOf(changed.front().front()) == 0)
                return Error{Errc::notFound, "there is no order " + std::to_string(id), {}};
            return {};
        });
    }

    Task<Result<std::optional<Order>>> find(std::uint64_t id) override
    {
        return db_.worker->run([sqlite = db_.sqlite, id]() -> Result<std::optional<Order>> {
            DROVER_TRY(const auto rows,
                       sqlite->rows("SELECT id, verb, actor, reason, at, answer FROM orders WHERE id = ?",
                                    {toColumn(id)}));
            return rows.empty() ? std::optional<Order>{} : std::optional{orderOf(rows.front())};
        });
    }

private:
    DbAccess db_;
};

} // namespace

std::unique_ptr<OrderBox> makeDbOrders(DbAccess access)
{
    return std::make_unique<DbOrders>(access);
}

} // namespace drover
