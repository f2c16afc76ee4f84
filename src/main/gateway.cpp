// SPDX-License-Identifier: Apache-2.0
// drover-gateway: the data plane. Composes the gateway; see gateway/Gateway.h.
#include "base/Clock.h"
#include "base/Ids.h"
#include "base/Log.h"
#include "gateway/Arguments.h"
#include "gateway/Gateway.h"
#include "gateway/KekSource.h"
#include "http/Loop.h"
#include "http/Signals.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <span>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace drover {
namespace {

// stdout: the first line is the one that says where the gateway is; messages from before it follow it.
class Output {
public:
    void log(std::string_view line)
    {
        const std::lock_guard lock{mutex_};
        if (begun_)
            write(line);
        else
            held_ += line;
    }
    void begin(std::string_view firstLine)
    {
        const std::lock_guard lock{mutex_};
        write(std::string(firstLine) + held_);
        held_.clear();
        begun_ = true;
    }

private:
    static void write(std::string_view text)
    {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
    std::mutex mutex_;
    std::string held_;
    bool begun_ = false;
};

// Each client is two descriptors, and memory holds keys: as many descriptors as the system allows, and no core file or
// debugger of the same user that could show them.
void prepareProcess()
{
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int complain(const Error& error)
{
    std::fprintf(stderr, "drover-gateway: %s\n", describe(error).c_str());
    return exitCode(error.code);
}

Result<WorkspaceConfig> readConfig(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in)
        return Error{Errc::invalidInput, "cannot be read", file.string()};
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return parseConfig(text, file.filename().string());
}

// What was handed over, else REDIS_URL, else drover.toml. A password comes by pipe or file alone.
Result<std::optional<gateway::RedisSource>> readRedis(const gateway::Arguments& arguments, const gateway::GatewaySettings& settings)
{
    const WorkspaceConfig::Redis& config = settings.config.redis;
    gateway::RedisSource source;
    source.caFile = config.caFile;
    if (arguments.redisDescriptor >= 0) {
        DROVER_TRY(source.login, gateway::readRedisDescriptor(arguments.redisDescriptor));
    } else if (!arguments.redisFile.empty()) {
        DROVER_TRY(source.login, gateway::readRedisFile(arguments.redisFile));
    } else if (const char* url = std::getenv("REDIS_URL"); url != nullptr && *url != '\0') {
        auto address = redis::parseAddress(url);
        if (!address.has_value())
            return Error{Errc::invalidInput, address.error().what + "; hand a password over by --redis-file or --redis-fd", "REDIS_URL"};
        source.login.address = std::move(*address);
    } else if (config.url.empty()) {
        return std::optional<gateway::RedisSource>{};
    } else {
        DROVER_TRY(source.login.address, redis::parseAddress(config.url));
        source.login.address.user = config.user;
        if (config.password.kind == SecretRef::Kind::file) {
            DROVER_TRY(source.login.password, gateway::readPasswordFile(settings.configFile.parent_path() / config.password.name));
        } else if (config.password.kind != SecretRef::Kind::none || !config.user.empty()) {
            return Error{Errc::invalidInput,
                         "a gateway reads the password of Redis from a file (file:PATH), or gets its URL by --redis-file or --redis-fd",
                         "redis.password"};
        }
    }
    return std::optional{std::move(source)};
}

Result<gateway::GatewaySettings> readSettings(const gateway::Arguments& arguments)
{
    gateway::GatewaySettings settings;
    settings.configFile = std::filesystem::absolute(arguments.config);
    DROVER_TRY(settings.config, readConfig(settings.configFile));
    if (arguments.kekDescriptor >= 0) {
        DROVER_TRY(settings.keks, gateway::readKekDescriptor(arguments.kekDescriptor));
    } else {
        DROVER_TRY(settings.keks, gateway::readKekFile(arguments.kekFile));
    }
    DROVER_TRY(settings.redis, readRedis(arguments, settings));
    settings.listen = arguments.listen.empty() ? settings.config.gateway.listen : arguments.listen;
    settings.adminListen = arguments.adminListen.empty() ? settings.config.gateway.adminListen : arguments.adminListen;
    Random random = Random::fromSystem();
    settings.id = arguments.id.empty() ? shortId("g_", random) : arguments.id;
    return settings;
}

int run(const gateway::Arguments& arguments)
{
    auto settings = readSettings(arguments);
    if (!settings.has_value())
        return complain(settings.error());
    const SystemClock clock;
    Output output;
    Log log{clock, [&output](std::string_view line) { output.log(line); }};
    http::Loop loop{clock};
    gateway::Gateway gateway{loop, clock, log, std::move(*settings)};
    if (const auto started = gateway.start(); !started.has_value())
        return complain(started.error());
    gateway.onDrained([&loop] { loop.stop(); });
    // The second signal does not wait.
    int signals = 0;
    const http::Signals watching{loop, {SIGTERM, SIGINT}, [&](int) {
        if (++signals > 1)
            loop.stop();
        else
            gateway.drain();
    }};
    output.begin(gateway.firstLine() + "\n");
    loop.run();
    return 0;
}

int runProgram(std::span<const char* const> words)
{
    const auto arguments = gateway::parseArguments(words);
    if (!arguments.has_value())
        return complain(arguments.error());
    if (arguments->help || arguments->version) {
        Output{}.begin(arguments->help ? gateway::usageText() : std::string_view("drover-gateway " DROVER_VERSION "\n"));
        return 0;
    }
    try {
        return run(*arguments);
    } catch (const std::exception& defect) {
        std::fprintf(stderr, "drover-gateway: %s\n", defect.what());
        return 1;
    }
}

} // namespace
} // namespace drover

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    drover::prepareProcess();
    return drover::runProgram({argv, std::size_t(argc)});
}
