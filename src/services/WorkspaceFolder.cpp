// SPDX-License-Identifier: Apache-2.0
#include "services/WorkspaceFolder.h"

#include "protocol/config/BuiltinPolicies.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace drover {
namespace {

namespace fs = std::filesystem;

fs::path homeFolder()
{
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return home;
    const auto* user = ::getpwuid(::getuid());
    return user != nullptr ? fs::path{user->pw_dir} : fs::path{"/"};
}

Result<void> makeLayout(const fs::path& path)
{
    for (const auto* name : {"gateway/acks", "gateway/requests", "gateway/evidence", "sandbox", "logs"}) {
        DROVER_CHECK(makePrivateFolder(path / name));
    }
    return {};
}

Result<std::string> needFile(const fs::path& file, const std::string& missing)
{
    DROVER_TRY(auto bytes, readWholeFile(file, 4 << 20));
    if (!bytes.has_value())
        return Error{Errc::notFound, missing, file.string()};
    return *std::move(bytes);
}

} // namespace

fs::path WorkspaceFolder::defaultPath(std::string_view name)
{
    const char* data = std::getenv("XDG_DATA_HOME");
    const bool absolute =
        data != nullptr && *data == '/'; // others are to be ignored, says the XDG specification
    const auto base = absolute ? fs::path{data} : homeFolder() / ".local/share";
    return base / "drover" / name;
}

Result<WorkspaceFolder> WorkspaceFolder::create(fs::path path, WorkspaceConfig config, Random& random)
{
    std::error_code failed;
    path = fs::absolute(path, failed).lexically_normal();
    if (!path.has_filename())
        path = path.parent_path();
    const auto toml = path / "drover.toml";
    if (fs::exists(toml, failed))
        return Error{Errc::conflict, "there is a workspace here already", toml.string()};
    if (config.id.empty())
        config.id = shortId("w_", random);
    if (config.name.empty())
        config.name = path.filename().string();
    const auto text = writeConfig(config);
    DROVER_TRY(const auto checked, parseConfig(text, toml.string())); // never write what cannot be read
    static_cast<void>(checked);
    DROVER_CHECK(makePrivateFolder(path));
    DROVER_CHECK(makeLayout(path));
    DROVER_CHECK(replaceFile(toml, text));
    return open(std::move(path));
}

Result<WorkspaceFolder> WorkspaceFolder::open(fs::path path)
{
    WorkspaceFolder made;
    std::error_code failed;
    made.path_ = fs::absolute(path, failed).lexically_normal();
    if (!made.path_.has_filename())
        made.path_ = made.path_.parent_path();
    DROVER_CHECK(made.reload());
    return made;
}

Result<std::string> WorkspaceFolder::toml() const
{
    return needFile(tomlFile(), "no workspace here; `droverctl init` makes one");
}

Result<void> WorkspaceFolder::reload()
{
    DROVER_TRY(const auto text, toml());
    std::vector<std::string> unknown;
    DROVER_TRY(auto config, parseConfig(text, tomlFile().string(), &unknown));
    config_ = std::move(config);
    unknown_ = std::move(unknown);
    return {};
}

Result<void> WorkspaceFolder::replaceToml(const std::string& toml)
{
    DROVER_TRY(const auto checked, parseConfig(toml, tomlFile().string()));
    static_cast<void>(checked);
    DROVER_CHECK(replaceFile(tomlFile(), toml));
    return reload();
}

Result<MigrationPolicy> WorkspaceFolder::policy(const std::string& name) const
{
    if (const auto text = builtinPolicy(name); text.has_value())
        return parsePolicy(*text, name + ".toml");
    const auto file = path_ / name; // an absolute name stays what it is
    DROVER_TRY(const auto text, needFile(file, "no such policy; built in are playbook and rehearsal"));
    return parsePolicy(text, file.string());
}

Result<ControllerLock> WorkspaceFolder::lockController(const std::string& holder) const
{
    const auto file = path_ / "controller.lock";
    auto lock = lockFile(file);
    if (!lock.has_value() && lock.error().code == Errc::busy) {
        const auto other = controller();
        return Error{Errc::busy,
                     "another process is the controller: " + other.value_or("it is just changing"),
                     file.string()};
    }
    if (!lock.has_value())
        return std::move(lock).error();
    // Written in place: a rename would leave the lock on a file that nobody finds.
    const std::string text = holder + "\n";
    const bool written = ::ftruncate(lock->get(), 0) == 0 &&
                         ::pwrite(lock->get(), text.data(), text.size(), 0) == ssize_t(text.size());
    if (!written)
        return fileError("cannot write", file);
    return ControllerLock{*std::move(lock)};
}

std::optional<std::string> WorkspaceFolder::controllerOf(const std::filesystem::path& folder)
{
    const auto file = folder / "controller.lock";
    if (!isLocked(file))
        return std::nullopt;
    const auto text = readWholeFile(file, 4096);
    if (!text.has_value() || !text->has_value())
        return std::string("unknown");
    const auto holder = (*text)->substr(0, (*text)->find('\n'));
    return holder.empty() ? std::string("unknown") : holder;
}

std::string thisProcess()
{
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        return "localhost/" + std::to_string(::getpid());
    return std::string(host.data()) + "/" + std::to_string(::getpid());
}

} // namespace drover
