// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretIndex.h"
#include "ports/Workspace.h"

#include "services/Worker.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace drover {

class Sqlite;

// drover.db: SQLite with WAL, each commit durable (synchronous FULL), used from a thread of its own so that
// nobody waits for the disk or for another process's lock. Several processes may have it open. Times are kept
// as microseconds since 1970 UTC.
class WorkspaceDb {
public:
    // Makes the file (0600) or brings an older one up to this version's schema. Waits for the disk: for a
    // program's start. `patience` is how long a call waits for another process's lock. Errors: newerSchema
    // (names both versions), invalidInput (not a database of Drover's, or damaged), busy, noRights, io. On an error the
    // file is as it was.
    static Result<std::unique_ptr<WorkspaceDb>> open(const std::filesystem::path& file,
                                                     Duration patience = 5s);
    ~WorkspaceDb();

    Journal& journal() { return *journal_; }
    Inventory& inventory() { return *inventory_; }
    OrderBox& orders() { return *orders_; }
    Audit& audit() { return *audit_; }
    SecretIndex& secretIndex() { return *secretIndex_; }

private:
    WorkspaceDb();
    std::shared_ptr<Sqlite> sqlite_; // used and closed in the worker's thread only
    std::unique_ptr<Worker> worker_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<Inventory> inventory_;
    std::unique_ptr<OrderBox> orders_;
    std::unique_ptr<Audit> audit_;
    std::unique_ptr<SecretIndex> secretIndex_;
};

// The chain's hash of one row: SHA-256, hex, over the previous row's hash ("" for the first) and the row's
// fields, each as its length in bytes, ':' and the bytes: previous, sequence, microseconds since 1970, actor,
// deed, subject, reason.
std::string auditHash(const std::string& previous, const AuditEntry& entry);

} // namespace drover
