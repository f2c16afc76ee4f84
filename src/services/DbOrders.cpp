// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceTables.h"

namespace drover {
namespace {

Order orderOf(const Sqlite::Row& row)
{
    Order order;
    order.id = numberOf(row[0]);
    order.migration = textOf(row[1]);
    order.verb = textOf(row[2]);
    order.actor = textOf(row[3]);
    order.reason = textOf(row[4]);
    order.at = timeOf(row[5]);
    if (const auto phase = phaseFrom(textOf(row[6])); phase.has_value())
        order.seen = SeenStep{*phase, std::uint32_t(numberOf(row[7])), numberOf(row[8])};
    order.taken = numberOf(row[9]) != 0;
    order.answer = textOf(row[10]);
    return order;
}

// Whether the last statement changed a row.
Result<bool> hasChanged(Sqlite& sqlite)
{
    DROVER_TRY(const auto changed, sqlite.rows("SELECT changes()"));
    return numberOf(changed.front().front()) > 0;
}

Result<std::optional<Order>> findOrder(Sqlite& sqlite, std::uint64_t id)
{
    DROVER_TRY(const auto rows,
               sqlite.rows("SELECT id, migration, verb, actor, reason, at, seen_phase, seen_step,"
                           " seen_generation, taken, answer FROM orders WHERE id = ?",
                           {toColumn(id)}));
    return rows.empty() ? std::optional<Order>{} : std::optional{orderOf(rows.front())};
}

Result<void> placeOrder(Sqlite& sqlite, const Order& order)
{
    QVariant phase, step, generation;
    if (order.seen) {
        phase = toColumn(std::string(phaseName(order.seen->phase)));
        step = toColumn(std::uint64_t{order.seen->step});
        generation = toColumn(order.seen->generation);
    }
    return sqlite.run("INSERT INTO orders (migration, verb, actor, reason, at, seen_phase, seen_step,"
                      " seen_generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                      {toColumn(order.migration), toColumn(order.verb), toColumn(order.actor),
                       toColumn(order.reason), toColumn(order.at), phase, step, generation});
}

Error noSuchOrder(std::uint64_t id)
{
    return {Errc::notFound, "there is no order " + std::to_string(id), {}};
}

class DbOrders final : public OrderBox {
public:
    explicit DbOrders(DbAccess access) : db_(access) {}

    Task<Result<std::uint64_t>> place(Order order) override
    {
        return db_.worker->run([sqlite = db_.sqlite, order = std::move(order)]() -> Result<std::uint64_t> {
            DROVER_CHECK(placeOrder(*sqlite, order));
            return sqlite->lastId();
        });
    }

    Task<Result<std::vector<Order>>> unanswered() override
    {
        return db_.worker->run([sqlite = db_.sqlite]() -> Result<std::vector<Order>> {
            DROVER_TRY(const auto rows,
                       sqlite->rows("SELECT id, migration, verb, actor, reason, at, seen_phase, seen_step,"
                                    " seen_generation, taken, answer FROM orders"
                                    " WHERE answer IS NULL ORDER BY id"));
            std::vector<Order> all;
            for (const auto& row : rows)
                all.push_back(orderOf(row));
            return all;
        });
    }

    Task<Result<bool>> take(std::uint64_t id) override
    {
        return db_.worker->run([sqlite = db_.sqlite, id]() -> Result<bool> {
            DROVER_CHECK(sqlite->run("UPDATE orders SET taken = 1"
                                     " WHERE id = ? AND answer IS NULL AND taken = 0",
                                     {toColumn(id)}));
            return hasChanged(*sqlite);
        });
    }

    Task<Result<void>> answer(std::uint64_t id, std::string json) override
    {
        return db_.worker->run([sqlite = db_.sqlite, id, json = std::move(json)]() -> Result<void> {
            DROVER_CHECK(sqlite->run("UPDATE orders SET answer = ? WHERE id = ? AND answer IS NULL",
                                     {toColumn(json), toColumn(id)}));
            DROVER_TRY(const bool given, hasChanged(*sqlite));
            if (given)
                return {};
            DROVER_TRY(const auto order, findOrder(*sqlite, id));
            if (!order.has_value())
                return noSuchOrder(id);
            return Error{Errc::conflict, "order " + std::to_string(id) + " has an answer already", {}};
        });
    }

    Task<Result<std::optional<Order>>> find(std::uint64_t id) override
    {
        return db_.worker->run([sqlite = db_.sqlite, id] { return findOrder(*sqlite, id); });
    }

    Task<Result<bool>> withdraw(std::uint64_t id) override
    {
        return db_.worker->run([sqlite = db_.sqlite, id]() -> Result<bool> {
            DROVER_CHECK(sqlite->run("UPDATE orders SET answer = '{\"withdrawn\":true}'"
                                     " WHERE id = ? AND answer IS NULL AND taken = 0",
                                     {toColumn(id)}));
            DROVER_TRY(const bool withdrawn, hasChanged(*sqlite));
            DROVER_TRY(const auto order, findOrder(*sqlite, id));
            if (!order.has_value())
                return noSuchOrder(id);
            return withdrawn;
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
