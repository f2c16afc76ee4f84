// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Ids.h"
#include "base/Result.h"
#include "protocol/config/WorkspaceConfig.h"
#include "services/Files.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover {

// The right to be the workspace's controller: an operating system's lock on controller.lock, held while this
// object lives and gone with its process, however that ends.
class ControllerLock {
public:
    ControllerLock(ControllerLock&& other) noexcept = default;
    ControllerLock& operator=(ControllerLock&& other) noexcept = default;

private:
    friend class WorkspaceFolder;
    explicit ControllerLock(OwnedFd file) : file_(std::move(file)) {}
    OwnedFd file_;
};

// A workspace on disk: drover.toml, drover.db, controller.lock, gateway/{acks,requests,evidence}, sandbox/,
// logs/. Folders are 0700 and files 0600. All calls are short and local; nothing here waits for another
// process.
class WorkspaceFolder {
public:
    // $XDG_DATA_HOME/drover/<name>, or ~/.local/share/drover/<name>.
    static std::filesystem::path defaultPath(std::string_view name = "default");
    // Makes folders and drover.toml. An empty config.id is replaced by a new one, an empty name by the
    // folder's. Errors: conflict where drover.toml is there already, io.
    static Result<WorkspaceFolder> create(std::filesystem::path path, WorkspaceConfig config, Random& random);
    // Errors: notFound (no drover.toml: says to run `droverctl init`), invalidInput (with file and line), io.
    static Result<WorkspaceFolder> open(std::filesystem::path path);

    const WorkspaceConfig& config() const { return config_; }
    // Keys of drover.toml that nobody knows, for a warning.
    const std::vector<std::string>& unknownSettings() const { return unknown_; }
    // Reads drover.toml again. On an error the old settings stay.
    Result<void> reload();
    // Writes drover.toml anew (temporary file, fsync, rename) after checking that it can be read, and
    // reloads.
    Result<void> replaceToml(const std::string& toml);
    Result<std::string> toml() const;
    // A policy by [policy] name: a built-in one, or a file (relative to the workspace). Errors: notFound
    // (names the built-in ones), invalidInput with the place.
    Result<MigrationPolicy> policy(const std::string& name) const;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path tomlFile() const { return path_ / "drover.toml"; }
    std::filesystem::path database() const { return path_ / "drover.db"; }
    std::filesystem::path gateway() const { return path_ / "gateway"; }
    std::filesystem::path evidence() const { return gateway() / "evidence"; }
    std::filesystem::path requests() const { return gateway() / "requests"; }
    std::filesystem::path sandbox() const { return path_ / "sandbox"; }
    std::filesystem::path logs() const { return path_ / "logs"; }

    // Takes the controller's lock and writes `holder` ("host/pid") into the file. Errors: busy (`what` names
    // the holder), io.
    Result<ControllerLock> lockController(const std::string& holder) const;
    // Who holds the lock now, "host/pid"; nothing where nobody does. Never takes the lock itself.
    std::optional<std::string> controller() const { return controllerOf(path_); }
    // The same of any folder, without reading its drover.toml: cheap enough to ask twice a second.
    static std::optional<std::string> controllerOf(const std::filesystem::path& folder);

private:
    WorkspaceFolder() = default;
    std::filesystem::path path_;
    WorkspaceConfig config_;
    std::vector<std::string> unknown_;
};

// "host/pid" of this process, as it stands in controller.lock and in documents.
std::string thisProcess();

} // namespace drover
