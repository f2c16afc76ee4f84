// SPDX-License-Identifier: Apache-2.0
// The command line: every job of the console as a verb.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QSocketNotifier>

#include "cli/Command.h"
#include "main/Compose.h"
#include "ports/Timer.h"
#include "services/Files.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace {

using namespace drover;

void writeAll(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text.remove_prefix(std::size_t(written));
    }
}

// Echo off while a secret is typed, and on again whatever happens.
class NoEcho {
public:
    NoEcho()
    {
        quiet_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!quiet_)
            return;
        termios silent = before_;
        silent.c_lflag &= ~tcflag_t(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~NoEcho()
    {
        if (quiet_)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
    bool quiet_ = false;
};

// Some bytes of stdin, none at its end. The signals are read elsewhere, by the event loop; here one only ends the waiting.
Result<std::size_t> readSome(char* to, std::size_t most, int signals)
{
    for (;;) {
        std::array<pollfd, 2> both{{{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}}};
        if (::poll(both.data(), both.size(), -1) < 0 && errno != EINTR)
            return Error{Errc::io, std::strerror(errno), "stdin"};
        if (both[1].revents != 0)
            return Error{Errc::cancelled, "interrupted", "stdin"};
        if (both[0].revents == 0)
            continue;
        const ssize_t got = ::read(STDIN_FILENO, to, most);
        if (got >= 0)
            return std::size_t(got);
        if (errno != EINTR)
            return Error{Errc::io, std::strerror(errno), "stdin"};
    }
}

Result<std::string> readInput(std::size_t limit, int signals)
{
    std::string text;
    char part[4096];
    for (;;) {
        DROVER_TRY(const std::size_t got, readSome(part, sizeof part, signals));
        if (got == 0)
            return text;
        text.append(part, got);
        if (text.size() > limit)
            return Error{Errc::invalidInput, "that is too long", "stdin"};
    }
}

// The first line of stdin; typed unseen where a person sits there.
Result<Secret> readSecret(std::string_view prompt, int signals)
{
    std::string text;
    if (::isatty(STDIN_FILENO)) {
        writeAll(STDERR_FILENO, prompt);
        const NoEcho unseen;
        for (char c = 0; c != '\n';) {
            const auto got = readSome(&c, 1, signals);
            if (got.has_error()) {
                wipe(text);
                writeAll(STDERR_FILENO, "\n");
                return got.error();
            }
            if (*got == 0)
                break;
            if (c != '\n')
                text += c;
        }
        writeAll(STDERR_FILENO, "\n");
    } else {
        DROVER_TRY(text, readInput(64 * 1024, signals));
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty())
        return Error{Errc::invalidInput, "nothing was given", "stdin"};
    return Secret::taking(text);
}

// A screen of the terminal's own, whose content is gone when it ends: nothing stays in the scrollback.
class PassingScreen {
public:
    PassingScreen() { writeAll(STDOUT_FILENO, "\033[?1049h\033[H"); }
    ~PassingScreen() { writeAll(STDOUT_FILENO, "\033[2J\033[H\033[?1049l"); }
    PassingScreen(const PassingScreen&) = delete;
    PassingScreen& operator=(const PassingScreen&) = delete;
};

constexpr Duration shownFor = 10s;

// A signal destroys the task, and the screen with it.
Task<void> showBriefly(const Secret& secret)
{
    const PassingScreen screen;
    secret.reveal([](std::string_view text) { writeAll(STDOUT_FILENO, text); });
    writeAll(STDOUT_FILENO, "\r\n\r\nmasked again in 10 s\r\n");
    co_await delay(shownFor);
}

// Without a shell, in a session of its own, with signals as usual and without its chatter: a browser that is not there yet starts
// from here and outlives us. Where it fails, the address was said.
void openBrowser(const std::string& address)
{
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    posix_spawnattr_t how;
    ::posix_spawnattr_init(&how);
    sigset_t none, ignored;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    ::posix_spawnattr_setsigmask(&how, &none);
    ::posix_spawnattr_setsigdefault(&how, &ignored);
    ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    std::string program = "xdg-open", argument = address;
    char* const words[] = {program.data(), argument.data(), nullptr};
    pid_t child = 0;
    ::posix_spawnp(&child, words[0], &files, &how, words, environ);
    ::posix_spawnattr_destroy(&how);
    ::posix_spawn_file_actions_destroy(&files);
}

Result<std::string> readNamedFile(const std::string& path)
{
    DROVER_TRY(std::optional<std::string> text, readWholeFile(path));
    if (!text)
        return Error{Errc::notFound, "there is no such file", path};
    return *std::move(text);
}

cli::Console console(int signals)
{
    cli::Console made;
    made.out = [](std::string_view text) { writeAll(STDOUT_FILENO, text); };
    made.say = [](std::string_view line) { writeAll(STDERR_FILENO, std::string(line) + '\n'); };
    made.secret = [signals](std::string_view prompt) { return readSecret(prompt, signals); };
    made.input = [signals] { return readInput(256 << 20, signals); };
    made.file = readNamedFile;
    made.save = [](const std::string& path, std::string_view text) { return replaceFile(path, text); };
    if (::isatty(STDOUT_FILENO))
        made.showBriefly = showBriefly;
    made.person = ::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO);
    if (qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY"))
        made.browse = openBrowser;
    return made;
}

// SIGINT and SIGTERM end the event loop, so that everything is destroyed in order: children are told to end, locks and
// terminals are given back. The journal has what a controller did.
class Signals {
public:
    Signals()
    {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        sigaddset(&set, SIGHUP);
        ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
        fd_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void watch()
    {
        notifier_ = std::make_unique<QSocketNotifier>(fd_, QSocketNotifier::Read);
        QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(), [this] {
            signalfd_siginfo info{};
            if (::read(fd_, &info, sizeof info) != ssize_t(sizeof info))
                return;
            if (stop_)
                std::exchange(stop_, {})(); // a second signal ends the program at once
            else
                QCoreApplication::exit(128 + int(info.ssi_signo));
        });
    }
    int descriptor() const { return fd_; }
    // While the owner lives, the first signal calls `stop` instead.
    std::unique_ptr<Subscription> onStop(std::function<void()> stop)
    {
        struct Held final : Subscription {
            explicit Held(Signals& all) : signals(all) {}
            ~Held() override { signals.stop_ = {}; }
            Signals& signals;
        };
        stop_ = std::move(stop);
        return std::make_unique<Held>(*this);
    }

private:
    int fd_ = -1;
    std::function<void()> stop_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace

int main(int argc, char** argv)
{
    keepMemoryPrivate();
    Signals signals;
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("droverctl"));
    signals.watch();
    Composition composition{QCoreApplication::applicationDirPath().toStdString(),
                            [](std::string_view line) { writeAll(STDERR_FILENO, line); }};
    cli::Console io = console(signals.descriptor());
    io.onStop = [&signals](std::function<void()> stop) { return signals.onStop(std::move(stop)); };
    std::vector<std::string> words(argv + 1, argv + argc);
    Pending run{cli::runCommandLine(std::move(words), composition.machine(), io),
                [](int code) { QCoreApplication::exit(code); }};
    return QCoreApplication::exec();
}
