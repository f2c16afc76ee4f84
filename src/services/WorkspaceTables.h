// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretIndex.h"
#include "ports/Workspace.h"

#include "services/Sqlite.h"
#include "services/Worker.h"

#include <memory>
#include <span>

namespace drover {

// What WorkspaceDb is made of. Connection and worker outlive what is made here.
struct DbAccess {
    Sqlite* sqlite = nullptr;
    Worker* worker = nullptr;
};
std::unique_ptr<Journal> makeDbJournal(DbAccess access);
std::unique_ptr<Inventory> makeDbInventory(DbAccess access);
std::unique_ptr<OrderBox> makeDbOrders(DbAccess access);
std::unique_ptr<Audit> makeDbAudit(DbAccess access);
std::unique_ptr<SecretIndex> makeDbSecretIndex(DbAccess access);

// One step of the schema. Steps are never changed once released: a new version is a new step.
struct SchemaStep {
    int version;
    std::span<const char* const> statements;
};
std::span<const SchemaStep> schemaSteps();
inline int newestSchema()
{
    return schemaSteps().back().version;
}
// Brings the file to the newest schema.
Result<void> prepareSchema(Sqlite& sqlite, const std::string& file);

} // namespace drover
