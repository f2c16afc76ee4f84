// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "protocol/config/WorkspaceConfig.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// The right to be the workspace's controller: an operating system's lock on controller.lock, held while this object
// lives and gone with its process, however that ends.
class ControllerLock {
public:
    ControllerLock(ControllerLock&& other) noexcept;
    ControllerLock& operator=(ControllerLock&& other) noexcept;
    ~ControllerLock();

private:
    friend class WorkspaceFolder;
    explicit ControllerLock(int file) : file_(file) {}
    int file_ = -1;
};

// A workspace on disk: drover.toml, drover.db, controller.lock, gateway/{acks,requests,evidence}, sandbox/, logs/.
// Folders are 0700 and files 0600. All calls are short and local; nothing here waits for another process.
class WorkspaceFolder {
public:
    // $XDG_DATA_HOME/drover/default, or ~/.local/share/drover/default.
    static std::filesystem::path defaultPath();
    // Makes folders and drover.toml. An empty config.id is replaced by a new one, an empty name by the folder's.
    // Errors: conflict where drover.toml is there already, io.
    static Result<WorkspaceFolder> create(std::filesystem::path path, WorkspaceConfig config);
    // Errors: notFound (no drover.toml: says to run `droverctl init`), invalidInput (with file and line), io.
    static Result<WorkspaceFolder> open(std::filesystem::path path);

    const WorkspaceConfig& config() const { return config_; }
    // Keys of drover.toml that nobody knows, for a warning.
    const std::vector<std::string>& unknownSettings() const { return unknown_; }
    // Reads drover.toml again. On an error the old settings stay.
    Result<void> reload();
    // Writes drover.toml anew (temporary file, fsync, rename) after checking that it can be read, and reloads.
    Result<void> replaceToml(const std::string& toml);
    Result<std::string> toml() const;
    // The policy that [policy] name asks for where it is a file (relative to the workspace); the built-in ones are
    // not files. Errors: notFound, invalidInput.
    Result<MigrationPolicy> readPolicy(const std::string& file) const;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path tomlFile() const { return path_ / "drover.toml"; }
    std::filesystem::path database() const { return path_ / "drover.db"; }
    std::filesystem::path gateway() const { return path_ / "gateway"; }
    std::filesystem::path evidence() const { return gateway() / "evidence"; }
    std::filesystem::path requests() const { return gateway() / "requests"; }
    std::filesystem::path sandbox() const { return path_ / "sandbox"; }
    std::filesystem::path logs() const { return path_ / "logs"; }

    // Takes the controller's lock and writes `holder` ("host/pid") into the file. Errors: busy (`what` names the
    // holder), io.
    Result<ControllerLock> lockController(const std::string& holder) const;
    // Who holds the lock now, "host/pid"; nothing where nobody does. Never takes the lock itself.
    std::optional<std::string> controller() const;

private:
    WorkspaceFolder() = default;
    std::filesystem::path path_;
    WorkspaceConfig config_;
    std::vector<std::string> unknown_;
};

// "host/pid" of this process, as it stands in controller.lock and in documents.
std::string thisProcess();

} // namespace drover
