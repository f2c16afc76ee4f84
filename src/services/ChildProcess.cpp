// SPDX-License-Identifier: Apache-2.0
#include "services/ChildProcess.h"

#include "ports/Timer.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace drover {
namespace {

constexpr Duration childPoll = 5ms;
constexpr std::size_t mostOutput = 8 << 20;

// A pipe that already holds `bytes` and ends after them. Errors: io; invalidInput above what a pipe takes at
// once.
Result<OwnedFd> filledPipe(const Secret& bytes)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error{Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno), {}};
    OwnedFd reading{ends[0]};
    const OwnedFd writing{ends[1]};
    if (bytes.size() > 32768)
        return Error{Errc::invalidInput, "too much for a pipe", {}};
    const auto size =
        bytes.reveal([&](std::string_view view) { return ::write(writing.get(), view.data(), view.size()); });
    if (size != ssize_t(bytes.size()))
        return Error{Errc::io, std::string("cannot write to a pipe: ") + std::strerror(errno), {}};
    return reading;
}

Result<OwnedFd> outputFile(const std::optional<std::filesystem::path>& log)
{
    if (!log.has_value()) {
        OwnedFd memory{::memfd_create("drover-child", MFD_CLOEXEC)};
        return memory.valid() ? Result<OwnedFd>{std::move(memory)}
                              : Result<OwnedFd>{Error{Errc::io, "cannot make a memory file", {}}};
    }
    DROVER_CHECK(makePrivateFolder(log->parent_path()));
    OwnedFd file{::open(log->c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    return file.valid() ? Result<OwnedFd>{std::move(file)} : Result<OwnedFd>{fileError("cannot open", *log)};
}

std::int64_t sizeOf(const OwnedFd& file)
{
    struct stat info {};
    return ::fstat(file.get(), &info) == 0 ? info.st_size : 0;
}

struct Launch {
    const char* program;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    int in, out, err;
    std::vector<int> pipes;
    bool diesWithUs;
    pid_t parent;
};

// Between fork and exec: only what is safe in a signal handler.
[[noreturn]] void becomeChild(const Launch& launch)
{
    ::setsid(); // a Ctrl-C at our terminal is not meant for it
    if (launch.diesWithUs) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != launch.parent)
            ::_exit(127);
    }
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP})
        ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(launch.in, 0);
    ::dup2(launch.out, 1);
    ::dup2(launch.err, 2);
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC); // what a library opened without the flag
    for (const int pipe : launch.pipes)
        ::fcntl(pipe, F_SETFD, 0);
    ::execve(launch.program, launch.arguments.data(), launch.environment.data());
    ::_exit(127);
}

std::vector<char*> pointersOf(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (auto& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// What a program without Qt needs to run: where things are, language and time, OpenSSL's authorities, and the
// sanitizers of a test build. Anything else may be a secret of somebody's: no name tells.
bool childNeeds(std::string_view name)
{
    constexpr std::string_view needed[] = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR",
                                           "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "LD_LIBRARY_PATH", "SSL_CERT_FILE",
                                           "SSL_CERT_DIR", "AVAILABILITY_ZONE"};
    return std::ranges::find(needed, name) != std::end(needed) || name.starts_with("LC_") ||
           name.ends_with("SAN_OPTIONS");
}

Errc meaningOf(int exitCode, const std::string& output)
{
    switch (exitCode) {
    case 2:
        return output.find("in use") != std::string::npos ? Errc::busy : Errc::invalidInput;
    case 3:
        return Errc::refused;
    case 4:
        return Errc::notFound;
    case 5:
        return Errc::unavailable;
    default:
        return Errc::internal;
    }
}

} // namespace

std::vector<std::string> childEnvironment(char** environment)
{
    std::vector<std::string> kept;
    for (char** item = environment; item != nullptr && *item != nullptr; ++item) {
        const std::string_view text = *item;
        if (childNeeds(text.substr(0, text.find('='))))
            kept.emplace_back(text);
    }
    return kept;
}

ChildReaper::~ChildReaper()
{
    for (auto& thread : waiting_)
        thread.join();
}

void ChildReaper::end(std::int64_t pid)
{
    const std::lock_guard lock{mutex_};
    waiting_.emplace_back([pid] {
        const OwnedFd ended{int(::syscall(SYS_pidfd_open, pid_t(pid), 0))};
        pollfd watch{ended.get(), POLLIN, 0};
        if (!ended.valid() || ::poll(&watch, 1, 3000) != 1)
            ::kill(pid_t(pid), SIGKILL);
        ::waitpid(pid_t(pid), nullptr, 0);
    });
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::spawn(ChildSpec spec, std::shared_ptr<ChildReaper> reaper)
{
    std::unique_ptr<ChildProcess> made{new ChildProcess};
    made->name_ = spec.program.filename().string();
    made->reaper_ = std::move(reaper);
    DROVER_TRY(made->out_, outputFile(spec.log));
    DROVER_TRY(made->err_, outputFile(spec.log));
    made->outFrom_ = sizeOf(made->out_);
    made->errFrom_ = sizeOf(made->err_);
    OwnedFd in{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    if (spec.standardInput.has_value()) {
        DROVER_TRY(in, filledPipe(*spec.standardInput));
    }
    std::vector<OwnedFd> pipes;
    std::vector<int> pipeNumbers;
    for (const auto& [option, bytes] : spec.pipes) {
        DROVER_TRY(OwnedFd pipe, filledPipe(bytes));
        spec.arguments.push_back(option);
        spec.arguments.push_back(std::to_string(pipe.get()));
        pipeNumbers.push_back(pipe.get());
        pipes.push_back(std::move(pipe));
    }
    std::string program = spec.program.string();
    spec.arguments.insert(spec.arguments.begin(), program);
    auto environment = childEnvironment(environ);
    const Launch launch{program.c_str(),
                        pointersOf(spec.arguments),
                        pointersOf(environment),
                        in.get(),
                        made->out_.get(),
                        made->err_.get(),
                        std::move(pipeNumbers),
                        !spec.outlives,
                        ::getpid()};
    const auto pid = ::fork();
    if (pid == 0)
        becomeChild(launch);
    if (pid < 0)
        return Error{Errc::io, std::string("cannot start a process: ") + std::strerror(errno), program};
    made->pid_ = pid;
    return made;
}

ChildProcess::~ChildProcess()
{
    if (pid_ <= 0 || released_ || !running())
        return;
    ::kill(pid_t(pid_), SIGTERM);
    reaper_->end(pid_);
}

bool ChildProcess::running() const
{
    if (exit_.has_value())
        return false;
    int status = 0;
    const auto got = ::waitpid(pid_t(pid_), &status, WNOHANG);
    if (got == 0)
        return true;
    exit_ = got < 0 ? -1 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return false;
}

std::string ChildProcess::written(const OwnedFd& file, std::int64_t from) const
{
    std::string bytes;
    std::array<char, 65536> chunk{};
    for (auto at = from; bytes.size() < mostOutput;) {
        const auto got = ::pread(file.get(), chunk.data(), chunk.size(), at);
        if (got <= 0)
            break;
        bytes.append(chunk.data(), std::size_t(got));
        at += got;
    }
    return bytes;
}

Error ChildProcess::failure() const
{
    auto said = written(err_, errFrom_);
    while (!said.empty() && said.back() == '\n')
        said.pop_back();
    // The last line of a program that gives up is its reason: "drover-gateway: 127.0.0.1:8080: …".
    const auto last = said.rfind('\n');
    if (last != std::string::npos)
        said.erase(0, last + 1);
    if (said.starts_with(name_ + ": "))
        said.erase(0, name_.size() + 2);
    const std::string code = std::to_string(exit_.value_or(-1));
    return {meaningOf(exit_.value_or(-1), said), said.empty() ? "ended with exit code " + code : said, name_};
}

Task<Result<std::string>> ChildProcess::firstLine(Deadline deadline)
{
    const std::string greeting = R"({"program":")" + name_ + '"';
    for (;;) {
        const bool alive = running(); // asked first: what it wrote before its end is there now
        const auto text = written(out_, outFrom_);
        // Warnings on stderr may stand before it in the same log.
        const auto begin = text.starts_with(greeting) ? std::size_t{0} : text.find("\n" + greeting);
        const auto from = begin == std::string::npos ? begin : text.find('{', begin);
        const auto end = from == std::string::npos ? from : text.find('\n', from);
        if (end != std::string::npos) {
            firstLineSize_ = end + 1;
            co_return text.substr(from, end - from);
        }
        if (!alive)
            co_return failure();
        if (deadline.passed())
            co_return Error{Errc::timeout, "did not say its first line in time", name_};
        co_await delay(childPoll);
    }
}

Task<Result<std::string>> ChildProcess::finish(Deadline deadline)
{
    if (running())
        ::kill(pid_t(pid_), SIGTERM);
    while (running()) {
        if (deadline.passed()) {
            ::kill(pid_t(pid_), SIGKILL);
            co_return Error{Errc::timeout, "did not end in time and was killed", name_};
        }
        co_await delay(childPoll);
    }
    if (exit_ != 0)
        co_return failure();
    co_return written(out_, outFrom_ + std::int64_t(firstLineSize_));
}

} // namespace drover
