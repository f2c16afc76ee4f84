// SPDX-License-Identifier: Apache-2.0
#include "services/ChildPrograms.h"

#include "ports/Timer.h"
#include "protocol/json/JsonReader.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

namespace drover {
namespace {

namespace fs = std::filesystem;

std::string numberText(double value)
{
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

Error badFirstLine(const char* program, const Error& error)
{
    return {Errc::protocol, "its first line cannot be read: " + describe(error), program};
}

// Who listens on a Unix socket; nothing where nobody does.
std::optional<std::int64_t> listenerOf(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    const OwnedFd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return std::nullopt;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0)
        return std::nullopt;
    return peer.pid;
}

// A log of its own that gets the gateway's name once it has said it.
fs::path startingLog(const fs::path& folder)
{
    static unsigned started = 0;
    return folder / ("starting-" + std::to_string(::getpid()) + "-" + std::to_string(++started) + ".log");
}

} // namespace

ChildPrograms::ChildPrograms(std::filesystem::path folder) : folder_(std::move(folder)) {}

Result<fs::path> ChildPrograms::program(const char* name) const
{
    auto path = folder_ / name;
    if (::access(path.c_str(), X_OK) != 0)
        return Error{Errc::notFound, "no such program beside this one", path.string()};
    return path;
}

Task<Result<Started<GatewayProcess>>> ChildPrograms::gateway(GatewayStart start, Secret kekLines,
                                                             Deadline deadline)
{
    std::erase_if(outliving_, [](const auto& child) { return !child->running(); });
    ChildSpec spec;
    DROVER_CO_TRY(spec.program, program("drover-gateway"));
    spec.arguments = {"--workspace", start.workspace.string()};
    if (!start.listen.empty())
        spec.arguments.insert(spec.arguments.end(), {"--listen", start.listen});
    if (!start.adminListen.empty())
        spec.arguments.insert(spec.arguments.end(), {"--admin-listen", start.adminListen});
    spec.pipes.emplace_back("--kek-fd", std::move(kekLines));
    if (!start.redis.empty())
        spec.pipes.emplace_back("--redis-fd", std::move(start.redis));
    spec.outlives = start.outlives;
    const auto log = startingLog(start.workspace / "gateway");
    spec.log = log;
    DROVER_CO_TRY(auto child, ChildProcess::spawn(std::move(spec), reaper_));
    auto saying = child->firstLine(deadline);
    auto line = co_await std::move(saying);
    std::error_code ignored;
    if (!line.has_value()) {
        fs::remove(log, ignored);
        co_return std::move(line).error();
    }
    auto info = parseGatewayProcess(*line);
    if (!info.has_value())
        co_return std::move(info).error();
    info->pid = child->pid();
    fs::rename(log, start.workspace / "gateway" / (info->id + ".log"), ignored);
    Started<GatewayProcess> started{*std::move(info), nullptr};
    if (start.outlives) {
        child->release();
        outliving_.push_back(std::move(child));
    } else {
        started.child = std::move(child);
    }
    co_return started;
}

Task<Result<Started<SandboxProcess>>> ChildPrograms::sandbox(SandboxStart start, Deadline deadline)
{
    ChildSpec spec;
    DROVER_CO_TRY(spec.program, program("drover-sandbox"));
    spec.arguments = {"--workspace", start.workspace.string(), "--scenario", start.scenario};
    if (start.seed.has_value())
        spec.arguments.insert(spec.arguments.end(), {"--seed", std::to_string(*start.seed)});
    if (start.portBase.has_value())
        spec.arguments.insert(spec.arguments.end(), {"--port-base", std::to_string(*start.portBase)});
    spec.log = start.workspace / "sandbox" / "sandbox.log";
    DROVER_CO_TRY(auto child, ChildProcess::spawn(std::move(spec), reaper_));
    auto saying = child->firstLine(deadline);
    auto line = co_await std::move(saying);
    if (!line.has_value())
        co_return std::move(line).error();
    auto info = parseSandboxProcess(*line);
    if (!info.has_value())
        co_return std::move(info).error();
    info->pid = child->pid();
    co_return Started<SandboxProcess>{*std::move(info), std::move(child)};
}

Task<Result<std::unique_ptr<Child>>> ChildPrograms::load(LoadStart start, Secret token, Deadline)
{
    ChildSpec spec;
    DROVER_CO_TRY(spec.program, program("drover-sandbox"));
    spec.arguments = {"load", "--trace", start.trace.string(), "--target", start.target};
    if (start.rate > 0)
        spec.arguments.insert(spec.arguments.end(), {"--rate", numberText(start.rate)});
    if (start.seconds > 0)
        spec.arguments.insert(spec.arguments.end(), {"--seconds", numberText(start.seconds)});
    if (start.streamShare > 0)
        spec.arguments.insert(spec.arguments.end(), {"--stream-share", numberText(start.streamShare)});
    if (start.users > 0)
        spec.arguments.insert(spec.arguments.end(), {"--users", std::to_string(start.users)});
    if (start.seed)
        spec.arguments.insert(spec.arguments.end(), {"--seed", std::to_string(*start.seed)});
    spec.standardInput = token.reveal([](std::string_view text) {
        std::string line{text};
        line += '\n';
        return Secret::taking(line);
    });
    // It says nothing before its end: started is all there is to wait for.
    DROVER_CO_TRY(auto child, ChildProcess::spawn(std::move(spec), reaper_));
    co_return std::unique_ptr<Child>{std::move(child)};
}

Task<Result<void>> ChildPrograms::stopGateway(std::string control, std::int64_t pid, Deadline deadline)
{
    // Who listens there is asked of the kernel, so that a number that was given to another program since is
    // safe.
    const auto listener = listenerOf(control);
    if (!listener.has_value() || (pid > 0 && *listener != pid))
        co_return Error{Errc::notFound, "no gateway listens there", control};
    const OwnedFd process{int(::syscall(SYS_pidfd_open, pid_t(*listener), 0))};
    if (!process.valid())
        co_return Result<void>{}; // ended meanwhile
    if (::kill(pid_t(*listener), SIGTERM) != 0 && errno != ESRCH)
        co_return Error{Errc::forbidden, std::string("cannot end the gateway: ") + std::strerror(errno),
                        control};
    for (;;) {
        pollfd watch{process.get(), POLLIN, 0};
        if (::poll(&watch, 1, 0) == 1)
            co_return Result<void>{};
        if (deadline.passed())
            co_return Error{Errc::timeout, "the gateway still finishes its requests", control};
        co_await delay(5ms);
    }
}

Result<GatewayProcess> parseGatewayProcess(const std::string& line)
{
    auto object = parseJsonObject(line);
    if (!object.has_value())
        return badFirstLine("drover-gateway", object.error());
    JsonFields fields{*object};
    GatewayProcess made{fields.text("id"), fields.text("listen"), fields.text("admin"),
                        fields.text("control"), 0};
    if (fields.failed())
        return badFirstLine("drover-gateway", *fields.error());
    return made;
}

Result<SandboxProcess> parseSandboxProcess(const std::string& line)
{
    auto object = parseJsonObject(line);
    if (!object.has_value())
        return badFirstLine("drover-sandbox", object.error());
    JsonFields fields{*object};
    SandboxProcess made;
    made.vault = fields.textOr("vault", "");
    made.control = fields.text("control");
    fields.object("targets", [&made](JsonFields& targets) {
        for (const auto& [key, value] : targets.raw()) {
            const std::string name{key};
            targets.object(name, [&made, &name](JsonFields& target) {
                auto& to = made.targets[name];
                to.openai = target.text("openai");
                to.anthropic = target.textOr("anthropic", "");
                target.object("regions", [&to](JsonFields& regions) {
                    for (const auto& [region, url] : regions.raw())
                        to.regions[std::string{region}] = regions.text(std::string{region});
                });
            });
        }
    });
    if (fields.failed())
        return badFirstLine("drover-sandbox", *fields.error());
    return made;
}

} // namespace drover
