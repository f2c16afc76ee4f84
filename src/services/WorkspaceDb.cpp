// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceDb.h"

#include "services/Files.h"
#include "services/WorkspaceTables.h"

#include <fcntl.h>
#include <unistd.h>

namespace drover {
namespace {

// SQLite gives its -wal and -shm the rights of the database itself.
Result<void> makePrivateFile(const std::filesystem::path& file)
{
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fileError("cannot open the database", file);
    ::close(fd);
    return {};
}

Result<std::shared_ptr<Sqlite>> openAndPrepare(const std::filesystem::path& file, Duration patience)
{
    DROVER_TRY(auto sqlite, Sqlite::open(file, patience));
    DROVER_CHECK(prepareSchema(*sqlite, file.string()));
    return std::shared_ptr<Sqlite>(std::move(sqlite));
}

} // namespace

WorkspaceDb::WorkspaceDb() : worker_(std::make_unique<Worker>("drover-db")) {}

WorkspaceDb::~WorkspaceDb()
{
    worker_->runAtTheEnd([this] { sqlite_.reset(); });
    worker_.reset();
}

Result<std::unique_ptr<WorkspaceDb>> WorkspaceDb::open(const std::filesystem::path& file, Duration patience)
{
    DROVER_CHECK(makePrivateFile(file));
    std::unique_ptr<WorkspaceDb> made{new WorkspaceDb};
    auto opened = made->worker_->waitFor([&] { return openAndPrepare(file, patience); });
    if (!opened.has_value())
        return std::move(opened).error();
    made->sqlite_ = *std::move(opened);
    const DbAccess access{made->sqlite_.get(), made->worker_.get()};
    made->journal_ = makeDbJournal(access);
    made->inventory_ = makeDbInventory(access);
    made->orders_ = makeDbOrders(access);
    made->audit_ = makeDbAudit(access);
    made->secretIndex_ = makeDbSecretIndex(access);
    return made;
}

} // namespace drover
