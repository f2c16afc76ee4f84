// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Result.h"
#include "base/Time.h"
#include "domain/keys/KeyRecord.h"
#include "domain/migration/Phase.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// One entry of a plan's journal: an event as JSON, in order. `run` is the migration's or rotation's id.
struct JournalEntry {
    std::uint64_t sequence = 0;
    std::string run;
    std::string kind;   // "migration" or "rotation"
    std::string event;  // JSON
    WallTime at{};
    std::string subject = {}; // what the run is of, in its first entry: a rotation's target
};

// The journal and the facts that must survive a crash. drover.db in the workspace; every call is one transaction,
// durable when its task is done. Errors: io, newerSchema (names both versions), busy.
class Journal {
public:
    virtual ~Journal() = default;
    virtual Task<Result<std::uint64_t>> append(JournalEntry entry) = 0;
    virtual Task<Result<std::vector<JournalEntry>>> entries(std::string run) = 0;
    // The newest run of a kind, or nothing.
    virtual Task<Result<std::optional<std::string>>> latestRun(std::string kind) = 0;
    // The newest run of each subject, the newest of all first.
    virtual Task<Result<std::vector<std::string>>> latestRuns(std::string kind) = 0;
    // The newest run of one subject, or nothing.
    virtual Task<Result<std::optional<std::string>>> latestRunOf(std::string kind, std::string subject) = 0;
    // The highest generation ever written by this workspace; raise() keeps the maximum.
    virtual Task<Result<std::uint64_t>> highestGeneration() = 0;
    virtual Task<Result<void>> raiseGeneration(std::uint64_t generation) = 0;
};

// The key inventory's metadata.
class Inventory {
public:
    virtual ~Inventory() = default;
    virtual Task<Result<std::vector<KeyRecord>>> keys() = 0; // by target, oldest first
    virtual Task<Result<std::vector<KeyRecord>>> keysOf(std::string target) = 0;
    virtual Task<Result<void>> put(KeyRecord record) = 0; // insert or replace by (target, id)
    virtual Task<Result<void>> erase(std::string target, std::string id) = 0;
    // Reads the record, lets `change` work on it and puts it back, with no other writer in between. `change` is called
    // in another thread; an error of it leaves the record as it was. Gives the record as it stands then. Errors:
    // notFound, and those of `change`.
    using Change = std::function<Result<void>(KeyRecord& record)>;
    virtual Task<Result<KeyRecord>> change(std::string target, std::string id, Change change) = 0;
};

// What a person had before their eyes when they gave an order.
struct SeenStep {
    Phase phase = Phase::idle;
    std::uint32_t step = 0;
    std::uint64_t generation = 0;
    bool operator==(const SeenStep&) const = default;
};

// An order of another process to the controller of one migration.
struct Order {
    std::uint64_t id = 0;
    std::string migration;
    std::string verb;    // advance, pause, resume, rollback
    std::string actor;
    std::string reason;
    WallTime at{};
    std::optional<SeenStep> seen; // to be refused where the migration has moved on since
    bool taken = false;  // a controller is carrying it out: it cannot be withdrawn any more
    std::string answer;  // JSON once it is answered
};

// An order waits until the controller takes it, and is answered once; whoever placed it withdraws what nobody took.
class OrderBox {
public:
    virtual ~OrderBox() = default;
    virtual Task<Result<std::uint64_t>> place(Order order) = 0;
    // Oldest first, taken or not.
    virtual Task<Result<std::vector<Order>>> unanswered() = 0;
    // False where it was withdrawn, answered or taken meanwhile.
    virtual Task<Result<bool>> take(std::uint64_t id) = 0;
    // Errors: notFound; conflict where it has an answer.
    virtual Task<Result<void>> answer(std::uint64_t id, std::string json) = 0;
    virtual Task<Result<std::optional<Order>>> find(std::uint64_t id) = 0;
    // False where somebody was faster: it was taken or answered. Errors: notFound.
    virtual Task<Result<bool>> withdraw(std::uint64_t id) = 0;
};

// What was done, by whom, why. Hash-chained (issue: audit); one row a deed.
struct AuditEntry {
    std::uint64_t sequence = 0;
    WallTime at{};
    std::string actor;
    std::string deed;    // "migration.start", "consent", "key.add", "routing.set"
    std::string subject;
    std::string reason;
    std::string hash;    // SHA-256 over the previous hash and this row, hex
};

class Audit {
public:
    virtual ~Audit() = default;
    virtual Task<Result<void>> record(AuditEntry entry) = 0;
    virtual Task<Result<std::vector<AuditEntry>>> recent(std::uint32_t limit) = 0;
    // Consents and other single facts: name -> value.
    virtual Task<Result<std::optional<std::string>>> fact(std::string name) = 0;
    virtual Task<Result<void>> setFact(std::string name, std::string value) = 0;
};

} // namespace drover
