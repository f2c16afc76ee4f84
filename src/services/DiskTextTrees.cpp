// SPDX-License-Identifier: Apache-2.0
#include "services/DiskTextTrees.h"

#include "services/Files.h"
#include "services/GitHistory.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>

namespace drover {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t pieceSize = 1 << 20;
constexpr std::size_t pieceOverlap = 1024; // more than a key is long
constexpr int pollMs = 200;                // how soon a reading that nobody wants any more ends

// Shared with the task: true once nobody waits for the answer.
using StopFlag = std::shared_ptr<std::atomic<bool>>;

Error stopped()
{
    return Error{Errc::cancelled, "the scan was stopped", {}};
}

class TreeReading {
public:
    TreeReading(std::function<void(const TreeText&)> each, StopFlag stop) : each_(std::move(each)), stop_(std::move(stop)) {}

    Result<void> tree(const fs::path& root);
    Result<void> history(const fs::path& root);
    TreeTotals totals;

private:
    Result<void> file(const fs::path& path);
    Result<void> gitLog(const fs::path& root);
    void skip(const std::string& place, const std::string& why) { totals.skipped.push_back(place + ": " + why); }

    std::function<void(const TreeText&)> each_;
    StopFlag stop_;
    std::vector<char> buffer_ = std::vector<char>(pieceSize);
};

Result<void> TreeReading::tree(const fs::path& root)
{
    std::error_code failed;
    const fs::file_status status = fs::symlink_status(root, failed);
    if (status.type() == fs::file_type::not_found)
        return Error{Errc::notFound, "there is no such file or folder", root.string()};
    if (fs::is_regular_file(status))
        return file(root);
    if (fs::is_symlink(status) && fs::is_directory(root, failed))
        return tree(fs::canonical(root, failed)); // named by the person: followed; those inside are not
    if (!fs::is_directory(status))
        return Error{Errc::invalidInput, "this is neither a file nor a folder", root.string()};
    fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, failed);
    if (failed)
        return Error{Errc::io, failed.message(), root.string()};
    for (const fs::recursive_directory_iterator end; at != end; at.increment(failed)) {
        if (failed) {
            skip(root.string(), failed.message());
            break;
        }
        if (stop_->load())
            return stopped();
        const fs::file_status entry = at->symlink_status(failed);
        if (fs::is_directory(entry)) {
            if (at->path().filename() == ".git")
                at.disable_recursion_pending();
            else if (::access(at->path().c_str(), R_OK | X_OK) != 0)
                skip(at->path().string(), std::strerror(errno));
        } else if (fs::is_regular_file(entry)) {
            DROVER_CHECK(file(at->path()));
        }
    }
    return {};
}

// In pieces that end where a line ends; a line that is longer than a piece is cut, and the next piece begins earlier.
Result<void> TreeReading::file(const fs::path& path)
{
    const OwnedFd opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!opened.valid()) {
        skip(path.string(), std::strerror(errno));
        return {};
    }
    ++totals.files;
    std::size_t kept = 0;
    std::size_t line = 1;
    for (;;) {
        if (stop_->load())
            return stopped();
        const ssize_t got = ::read(opened.get(), buffer_.data() + kept, buffer_.size() - kept);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            skip(path.string(), std::strerror(errno));
            return {};
        }
        totals.bytes += std::uint64_t(got);
        const std::string_view all(buffer_.data(), kept + std::size_t(got));
        const bool last = got == 0;
        std::size_t whole = last ? all.size() : all.rfind('\n') + 1; // npos + 1: none
        std::size_t next = whole;
        if (whole == 0 && all.size() == buffer_.size()) {
            whole = all.size();
            next = all.size() - pieceOverlap;
        }
        if (whole > 0)
            each_({path.string(), all.substr(0, whole), line});
        if (last)
            return {};
        line += std::size_t(std::count(all.begin(), all.begin() + std::ptrdiff_t(next), '\n'));
        kept = all.size() - next;
        std::memmove(buffer_.data(), buffer_.data() + next, kept);
    }
}

struct Git {
    pid_t pid = -1;
    OwnedFd out;
};

// `git log` of every branch and tag, what each commit added without context, its words on stderr left out.
Result<Git> startGit(const fs::path& root)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error{Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno), {}};
    Git git;
    git.out = OwnedFd{ends[0]};
    const OwnedFd writing{ends[1]};
    std::vector<std::string> words{"git", "-C", root.string(), "log", "--all", "--full-history", "-m", "-p", "-U0", "--no-color", "--no-ext-diff",
                                   "--no-textconv", "--no-renames", "--text", "--format=%x01%H"};
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), 1);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    const int failed = ::posix_spawnp(&git.pid, "git", &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return Error{Errc::unavailable, std::string("git cannot be started: ") + std::strerror(failed) + "; install it, or scan without --history", {}};
    return git;
}

Result<void> TreeReading::history(const fs::path& root)
{
    std::error_code ignored;
    const fs::path folder = fs::is_directory(root, ignored) ? root : root.parent_path();
    if (fs::exists(folder / ".git", ignored))
        return gitLog(folder);
    skip(folder.string(), "no git repository here, so no history was looked at");
    return {};
}

Result<void> TreeReading::gitLog(const fs::path& root)
{
    DROVER_TRY(Git git, startGit(root));
    GitLogReader reader(each_);
    bool ended = false;
    while (!ended && !stop_->load()) {
        pollfd waiting{git.out.get(), POLLIN, 0};
        if (::poll(&waiting, 1, pollMs) <= 0)
            continue;
        const ssize_t got = ::read(git.out.get(), buffer_.data(), buffer_.size());
        if (got < 0 && errno == EINTR)
            continue;
        ended = got <= 0;
        if (got > 0) {
            totals.bytes += std::uint64_t(got);
            reader.feed({buffer_.data(), std::size_t(got)});
        }
    }
    reader.end();
    totals.commits += reader.commits();
    if (!ended)
        ::kill(git.pid, SIGKILL);
    int status = 0;
    while (::waitpid(git.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!ended)
        return stopped();
    // An empty repository has no commit to log: git says so by its exit code, too.
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        skip(root.string(), "git log ended with an error: the history may be looked at in part only");
    return {};
}

} // namespace

Task<Result<TreeTotals>> DiskTextTrees::read(std::vector<fs::path> paths, bool history, std::function<void(const TreeText&)> each,
                                             Deadline deadline)
{
    const StopFlag stop = std::make_shared<std::atomic<bool>>(false);
    // Set however this coroutine ends, cancelled ones too: the worker stops at its next look.
    const std::shared_ptr<void> guard(nullptr, [stop](void*) { stop->store(true); });
    auto job = [paths = std::move(paths), history, each = std::move(each), stop]() -> Result<TreeTotals> {
        TreeReading reading(each, stop);
        for (const fs::path& path : paths) {
            DROVER_CHECK(reading.tree(path));
        }
        for (const fs::path& path : history ? paths : std::vector<fs::path>{}) {
            DROVER_CHECK(reading.history(path));
        }
        return std::move(reading.totals);
    };
    co_return co_await byDeadline(deadline, worker_.run(std::move(job)), "the scan");
}

} // namespace drover
