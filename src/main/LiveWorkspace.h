// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Machine.h"

#include "services/HttpClient.h"
#include "services/WorkspaceFolder.h"

#include <filesystem>
#include <memory>

namespace drover {

class WorkspaceDb;

// What every workspace of this process shares. Outlives them.
struct Surroundings {
    Clock& clock;
    Log& log;
    Random& random;
    HttpClient& http;
};

// The store of the settings. `folder` is for references to files; empty before there is one. Errors: unavailable for a
// store that this build has not. `db` keeps what was learnt of it, and the versions of one that has none; may be null, and outlives the store.
Result<std::unique_ptr<SecretStore>> makeSecretStore(const WorkspaceConfig& config, std::filesystem::path folder,
                                                     Surroundings around, WorkspaceDb* db = nullptr);

// The workspace's controller.lock for this process. Errors: busy, naming the holder.
Result<std::unique_ptr<Subscription>> lockAsController(const WorkspaceFolder& folder);

// A workspace on this machine's disk with its services behind the ports.
class LiveWorkspace final : public app::OpenWorkspace {
public:
    // Errors: newerSchema, invalidInput, busy, io of drover.db; those of the store's settings.
    static Result<std::unique_ptr<LiveWorkspace>> make(WorkspaceFolder folder, Surroundings around);
    ~LiveWorkspace() override;
    app::Ports& ports() override;

private:
    struct Parts;
    explicit LiveWorkspace(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace drover
