// SPDX-License-Identifier: Apache-2.0
#include "services/DiskWorkspaceFiles.h"

#include "ports/Timer.h"
#include "services/Files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace drover {
namespace {

namespace fs = std::filesystem;

constexpr Duration lockPoll = 5ms;

class HeldFile final : public Subscription {
public:
    explicit HeldFile(OwnedFd file) : file_(std::move(file)) {}

private:
    OwnedFd file_;
};

// The path of a name within the workspace. Errors: refused where it leads out of it.
Result<fs::path> insideOf(const fs::path& workspace, const std::string& name)
{
    const fs::path relative = fs::path{name}.lexically_normal();
    const bool leadsOut = relative.is_absolute() || (!relative.empty() && *relative.begin() == "..");
    if (name.empty() || leadsOut)
        return Error{Errc::refused, "not a name within the workspace", name};
    return workspace / relative;
}

Result<std::string> readPartOf(const fs::path& file, std::uint64_t offset, std::size_t most)
{
    const OwnedFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd.valid())
        return errno == ENOENT ? Error{Errc::notFound, "no such file", file.string()}
                               : fileError("cannot open", file);
    std::string bytes(most, '\0');
    std::size_t got = 0;
    while (got < most) {
        const auto n = ::pread(fd.get(), bytes.data() + got, most - got, off_t(offset + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fileError("cannot read", file);
        if (n == 0)
            break;
        got += std::size_t(n);
    }
    bytes.resize(got);
    return bytes;
}

std::vector<WorkspaceFile> filesOf(const fs::path& folder, const std::string& name)
{
    std::vector<WorkspaceFile> all;
    std::error_code failed;
    for (fs::directory_iterator item{folder, failed}, end; !failed && item != end; item.increment(failed)) {
        std::error_code gone;
        if (!item->is_regular_file(gone))
            continue;
        const auto size = item->file_size(gone);
        if (!gone)
            all.push_back({(fs::path{name} / item->path().filename()).string(), size});
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

} // namespace

Task<Result<std::string>> DiskWorkspaceFiles::read(std::string name)
{
    return worker_.run([workspace = workspace_, name = std::move(name)]() -> Result<std::string> {
        DROVER_TRY(const auto file, insideOf(workspace, name));
        DROVER_TRY(auto bytes, readWholeFile(file));
        if (!bytes.has_value())
            return Error{Errc::notFound, "no such file", file.string()};
        return *std::move(bytes);
    });
}

Task<Result<std::string>> DiskWorkspaceFiles::readPart(std::string name, std::uint64_t offset,
                                                       std::size_t most)
{
    return worker_.run(
        [workspace = workspace_, name = std::move(name), offset, most]() -> Result<std::string> {
            DROVER_TRY(const auto file, insideOf(workspace, name));
            return readPartOf(file, offset, most);
        });
}

Task<Result<void>> DiskWorkspaceFiles::write(std::string name, std::string text)
{
    return worker_.run(
        [workspace = workspace_, name = std::move(name), text = std::move(text)]() -> Result<void> {
            DROVER_TRY(const auto file, insideOf(workspace, name));
            DROVER_CHECK(makePrivateFolder(file.parent_path()));
            return replaceFile(file, text);
        });
}

Task<Result<std::unique_ptr<Subscription>>> DiskWorkspaceFiles::lock(std::string name, Deadline deadline)
{
    for (;;) {
        auto attempt = worker_.run([workspace = workspace_, name]() -> Result<OwnedFd> {
            DROVER_TRY(auto file, insideOf(workspace, name));
            DROVER_CHECK(makePrivateFolder(file.parent_path()));
            file += ".lock";
            return lockFile(file);
        });
        auto held = co_await std::move(attempt);
        if (held.has_value())
            co_return std::unique_ptr<Subscription>{std::make_unique<HeldFile>(*std::move(held))};
        if (held.error().code != Errc::busy)
            co_return std::move(held).error();
        if (deadline.passed())
            co_return Error{Errc::timeout, "another process is still changing it", name};
        co_await delay(lockPoll);
    }
}

Task<Result<std::vector<WorkspaceFile>>> DiskWorkspaceFiles::list(std::string folder)
{
    return worker_.run(
        [workspace = workspace_, folder = std::move(folder)]() -> Result<std::vector<WorkspaceFile>> {
            DROVER_TRY(const auto path, insideOf(workspace, folder));
            return filesOf(path, folder);
        });
}

} // namespace drover
