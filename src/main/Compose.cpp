// SPDX-License-Identifier: Apache-2.0
#include "main/Compose.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <QCoreApplication>

#include "main/LiveWorkspace.h"
#include "services/ChildPrograms.h"
#include "services/DiskTextTrees.h"
#include "services/HttpClient.h"
#include "services/SandboxHttp.h"
#include "services/WorkspaceFolder.h"

#include <utility>

namespace drover {
namespace {

namespace fs = std::filesystem;

class DiskWorkspaces final : public app::Workspaces {
public:
    DiskWorkspaces(Surroundings around, Random& random) : around_(around), random_(random) {}

    fs::path defaultFolder(std::string_view name) const override { return WorkspaceFolder::defaultPath(name); }
    bool exists(const fs::path& folder) const override
    {
        std::error_code ignored;
        return fs::exists(folder / "drover.toml", ignored);
    }
    Result<WorkspaceConfig> settings(const fs::path& folder) const override
    {
        DROVER_TRY(const WorkspaceFolder there, WorkspaceFolder::open(folder));
        return there.config();
    }
    Task<Result<void>> checkStore(WorkspaceConfig config) override
    {
        DROVER_CO_TRY(const std::unique_ptr<SecretStore> store, makeSecretStore(config, {}, around_));
        co_return co_await store->check(Deadline::in(around_.clock, 10s));
    }
    Task<Result<std::unique_ptr<app::OpenWorkspace>>> open(fs::path folder) override
    {
        DROVER_CO_TRY(WorkspaceFolder there, WorkspaceFolder::open(std::move(folder)));
        DROVER_CO_TRY(std::unique_ptr<LiveWorkspace> live, LiveWorkspace::make(std::move(there), around_));
        co_return std::unique_ptr<app::OpenWorkspace>{std::move(live)};
    }
    Result<WorkspaceConfig> create(fs::path folder, WorkspaceConfig config) override
    {
        DROVER_TRY(const WorkspaceFolder made, WorkspaceFolder::create(std::move(folder), std::move(config), random_));
        return made.config();
    }
    Result<void> rewrite(fs::path folder, const WorkspaceConfig& config) override
    {
        DROVER_TRY(WorkspaceFolder there, WorkspaceFolder::open(std::move(folder)));
        return there.replaceToml(writeConfig(config));
    }
    Result<std::unique_ptr<Subscription>> lockController(fs::path folder) override
    {
        DROVER_TRY(const WorkspaceFolder there, WorkspaceFolder::open(std::move(folder)));
        return lockAsController(there);
    }
    std::string controller(const fs::path& folder) const override
    {
        return WorkspaceFolder::controllerOf(folder).value_or("");
    }

private:
    Surroundings around_;
    Random& random_;
};

// Beside an installed program, or in the folder of a build.
fs::path traceFile(const fs::path& programs)
{
    return programs.parent_path() / "share" / "drover" / "azure-llm-trace-code.csv";
}

} // namespace

struct Composition::Parts {
    Parts(const fs::path& where, std::function<void(std::string_view)> sink)
        : log(clock, std::move(sink), LogLevel::warn), folder(where), programs(where), trace(traceFile(where))
    {
    }

    SystemClock clock;
    Log log;
    Random random = Random::fromSystem();
    HttpClient http{clock, Random::fromSystem()};
    SandboxHttp sandbox{http};
    fs::path folder; // of the programs
    ChildPrograms programs;
    DiskTextTrees trees;
    fs::path trace;
    DiskWorkspaces workspaces{Surroundings{clock, log, random, http}, random};
    app::Machine machine{clock, random, workspaces, programs, sandbox, trees, trace, folder};
};

Composition::Composition(fs::path folder, std::function<void(std::string_view)> log)
    : parts_(std::make_unique<Parts>(folder, std::move(log)))
{
}

Composition::~Composition() = default;

app::Machine& Composition::machine()
{
    return parts_->machine;
}

void keepMemoryPrivate()
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

} // namespace drover
