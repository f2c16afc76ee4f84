// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Timer.h"
#include "ports/Workspace.h"
#include "ports/WorkspaceFiles.h"

#include "support/fakes/Faults.h"

#include <algorithm>
#include <functional>
#include <set>

namespace drover::test {

class MemoryJournal final : public Journal {
public:
    Faults faults; // append, entries, latestRun, highestGeneration, raiseGeneration
    std::vector<JournalEntry> lines;
    std::uint64_t generation = 0;

    Task<Result<std::uint64_t>> append(JournalEntry entry) override
    {
        if (auto error = faults.next("append", entry.kind))
            co_return *error;
        entry.sequence = lines.size() + 1;
        lines.push_back(entry);
        co_return entry.sequence;
    }
    Task<Result<std::vector<JournalEntry>>> entries(std::string run) override
    {
        if (auto error = faults.next("entries", run))
            co_return *error;
        std::vector<JournalEntry> out;
        std::ranges::copy_if(lines, std::back_inserter(out), [&](const JournalEntry& line) { return line.run == run; });
        co_return out;
    }
    Task<Result<std::optional<std::string>>> latestRun(std::string kind) override
    {
        if (auto error = faults.next("latestRun", kind))
            co_return *error;
        std::optional<std::string> run;
        for (const JournalEntry& line : lines)
            if (line.kind == kind)
                run = line.run;
        co_return run;
    }
    Task<Result<std::vector<std::string>>> latestRuns(std::string kind) override
    {
        if (auto error = faults.next("latestRun", kind))
            co_return *error;
        std::vector<std::string> runs;
        std::set<std::string> subjects;
        for (auto line = lines.rbegin(); line != lines.rend(); ++line)
            if (line->kind == kind && !line->subject.empty() && subjects.insert(line->subject).second)
                runs.push_back(line->run);
        co_return runs;
    }
    Task<Result<std::optional<std::string>>> latestRunOf(std::string kind, std::string subject) override
    {
        if (auto error = faults.next("latestRun", kind))
            co_return *error;
        for (auto line = lines.rbegin(); line != lines.rend(); ++line)
            if (line->kind == kind && !subject.empty() && line->subject == subject)
                co_return line->run;
        co_return std::optional<std::string>{};
    }
    Task<Result<std::uint64_t>> highestGeneration() override
    {
        if (auto error = faults.next("highestGeneration"))
            co_return *error;
        co_return generation;
    }
    Task<Result<void>> raiseGeneration(std::uint64_t value) override
    {
        if (auto error = faults.next("raiseGeneration"))
            co_return *error;
        generation = std::max(generation, value);
        co_return Result<void>{};
    }
};

class MemoryInventory final : public Inventory {
public:
    Faults faults; // keys, put, erase, change
    std::vector<KeyRecord> records;
    std::function<std::optional<Error>(const KeyRecord&)> onPut; // an error where it shall fail

    Task<Result<std::vector<KeyRecord>>> keys() override
    {
        if (auto error = faults.next("keys"))
            co_return *error;
        co_return records;
    }
    Task<Result<std::vector<KeyRecord>>> keysOf(std::string target) override
    {
        if (auto error = faults.next("keys", target))
            co_return *error;
        std::vector<KeyRecord> its;
        std::ranges::copy_if(records, std::back_inserter(its), [&](const KeyRecord& record) { return record.target == target; });
        co_return its;
    }
    Task<Result<void>> put(KeyRecord record) override
    {
        if (auto error = faults.next("put", record.id))
            co_return *error;
        if (auto error = onPut ? onPut(record) : std::nullopt)
            co_return *error;
        drop(record.target, record.id);
        records.push_back(std::move(record));
        co_return Result<void>{};
    }
    Task<Result<void>> erase(std::string target, std::string id) override
    {
        if (auto error = faults.next("erase", id))
            co_return *error;
        drop(target, id);
        co_return Result<void>{};
    }
    Task<Result<KeyRecord>> change(std::string target, std::string id, Change change) override
    {
        if (auto error = faults.next("change", id))
            co_return *error;
        for (KeyRecord& record : records) {
            if (record.target != target || record.id != id)
                continue;
            KeyRecord changed = record;
            DROVER_CO_CHECK(change(changed));
            if (auto error = onPut ? onPut(changed) : std::nullopt)
                co_return *error;
            record = changed;
            co_return changed;
        }
        co_return Error{Errc::notFound, "there is no key " + id, id};
    }
    const KeyRecord* find(std::string_view id) const
    {
        const auto found = std::ranges::find(records, id, &KeyRecord::id);
        return found == records.end() ? nullptr : &*found;
    }

private:
    void drop(const std::string& target, const std::string& id)
    {
        std::erase_if(records, [&](const KeyRecord& r) { return r.target == target && r.id == id; });
    }
};

class MemoryOrders final : public OrderBox {
public:
    Faults faults; // place, unanswered, take, answer, find, withdraw
    std::vector<Order> orders;

    Task<Result<std::uint64_t>> place(Order order) override
    {
        if (auto error = faults.next("place", order.verb))
            co_return *error;
        order.id = orders.size() + 1;
        orders.push_back(order);
        co_return order.id;
    }
    Task<Result<std::vector<Order>>> unanswered() override
    {
        if (auto error = faults.next("unanswered"))
            co_return *error;
        std::vector<Order> out;
        std::ranges::copy_if(orders, std::back_inserter(out), [](const Order& o) { return o.answer.empty(); });
        co_return out;
    }
    Task<Result<bool>> take(std::uint64_t id) override
    {
        if (auto error = faults.next("take"))
            co_return *error;
        Order& order = orders.at(id - 1);
        co_return order.answer.empty() && !std::exchange(order.taken, true);
    }
    Task<Result<void>> answer(std::uint64_t id, std::string json) override
    {
        if (auto error = faults.next("answer"))
            co_return *error;
        if (!orders.at(id - 1).answer.empty())
            co_return Error{Errc::conflict, "answered already", {}};
        orders.at(id - 1).answer = std::move(json);
        co_return Result<void>{};
    }
    Task<Result<bool>> withdraw(std::uint64_t id) override
    {
        if (auto error = faults.next("withdraw"))
            co_return *error;
        Order& order = orders.at(id - 1);
        if (order.taken || !order.answer.empty())
            co_return false;
        order.answer = "{\"withdrawn\":true}";
        co_return true;
    }
    Task<Result<std::optional<Order>>> find(std::uint64_t id) override
    {
        if (auto error = faults.next("find"))
            co_return *error;
        for (const Order& order : orders)
            if (order.id == id)
                co_return std::optional<Order>{order};
        co_return std::optional<Order>{};
    }
};

class MemoryAudit final : public Audit {
public:
    Faults faults; // record, recent, fact, setFact
    std::vector<AuditEntry> rows; // oldest first
    std::map<std::string, std::string> facts;

    Task<Result<void>> record(AuditEntry entry) override
    {
        if (auto error = faults.next("record", entry.deed))
            co_return *error;
        entry.sequence = rows.size() + 1;
        rows.push_back(std::move(entry));
        co_return Result<void>{};
    }
    Task<Result<std::vector<AuditEntry>>> recent(std::uint32_t limit) override
    {
        if (auto error = faults.next("recent"))
            co_return *error;
        std::vector<AuditEntry> out{rows.rbegin(), rows.rend()};
        if (out.size() > limit)
            out.resize(limit);
        co_return out;
    }
    Task<Result<std::optional<std::string>>> fact(std::string name) override
    {
        if (auto error = faults.next("fact", name))
            co_return *error;
        const auto found = facts.find(name);
        if (found == facts.end())
            co_return std::optional<std::string>{};
        co_return std::optional<std::string>{found->second};
    }
    Task<Result<void>> setFact(std::string name, std::string value) override
    {
        if (auto error = faults.next("setFact", name))
            co_return *error;
        facts[name] = std::move(value);
        co_return Result<void>{};
    }
    bool has(std::string_view deed) const { return std::ranges::find(rows, deed, &AuditEntry::deed) != rows.end(); }
};

class MemoryFiles final : public WorkspaceFiles {
public:
    Faults faults; // read, readPart, write, list, lock
    std::map<std::string, std::string> files;
    std::set<std::string> locked;

    Task<Result<std::unique_ptr<Subscription>>> lock(std::string name, Deadline deadline) override
    {
        if (auto error = faults.next("lock", name))
            co_return *error;
        while (!locked.insert(name).second) {
            if (deadline.passed())
                co_return Error{Errc::timeout, "another process is still changing it", name};
            co_await delay(Duration{1000});
        }
        struct Held final : Subscription {
            Held(std::set<std::string>& all, std::string one) : locked(all), name(std::move(one)) {}
            ~Held() override { locked.erase(name); }
            std::set<std::string>& locked;
            std::string name;
        };
        co_return std::unique_ptr<Subscription>{std::make_unique<Held>(locked, std::move(name))};
    }

    Task<Result<std::string>> read(std::string name) override
    {
        if (auto error = faults.next("read", name))
            co_return *error;
        const auto found = files.find(name);
        if (found == files.end())
            co_return Error{Errc::notFound, "no such file", name};
        co_return found->second;
    }
    Task<Result<std::string>> readPart(std::string name, std::uint64_t offset, std::size_t most) override
    {
        if (auto error = faults.next("readPart", name))
            co_return *error;
        const auto found = files.find(name);
        if (found == files.end())
            co_return Error{Errc::notFound, "no such file", name};
        co_return offset < found->second.size() ? found->second.substr(offset, most) : std::string{};
    }
    Task<Result<void>> write(std::string name, std::string text) override
    {
        if (auto error = faults.next("write", name))
            co_return *error;
        files[name] = std::move(text);
        co_return Result<void>{};
    }
    Task<Result<std::vector<WorkspaceFile>>> list(std::string folder) override
    {
        if (auto error = faults.next("list", folder))
            co_return *error;
        std::vector<WorkspaceFile> out;
        for (const auto& [name, text] : files)
            if (name.starts_with(folder + '/') && name.find('/', folder.size() + 1) == std::string::npos)
                out.push_back({name, text.size()});
        co_return out;
    }
};

} // namespace drover::test
