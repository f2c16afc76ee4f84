// SPDX-License-Identifier: Apache-2.0
#include "base/Clock.h"
#include "http/Loop.h"
#include "http/Signals.h"
#include "http/Tls.h"
#include "sandbox/Options.h"
#include "sandbox/Sandbox.h"
#include "sandbox/load/LoadProgram.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace drover {
namespace {

int fail(const Error& error)
{
    std::fprintf(stderr, "drover-sandbox: %s\n", describe(error).c_str());
    return exitCode(error.code);
}

// The folder is made where there is none: the sandbox may start before the workspace is initialised with its addresses.
Result<void> makeFolder(const std::string& path)
{
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed || !std::filesystem::is_directory(path, failed))
        return Error{Errc::invalidInput, "is not a folder and cannot be made one", "--workspace " + path};
    return {};
}

http::Async<void> stopSandbox(sandbox::Sandbox& house, http::Loop& loop)
{
    co_await house.stop();
    loop.stop();
}

int serve(const std::vector<std::string_view>& arguments)
{
    const auto options = sandbox::readSandboxOptions(arguments);
    if (!options.has_value())
        return fail(options.error());
    if (const auto made = makeFolder(options->workspace); !made.has_value())
        return fail(made.error());
    auto scenario = sandbox::scenarioNamed(options->scenario);
    if (!scenario.has_value())
        return fail(scenario.error());

    std::shared_ptr<http::TlsContext> cloudTls;
    if (!options->cloudCertificate.empty()) {
        auto made = http::TlsContext::forServer(options->cloudCertificate, options->cloudKey);
        if (!made.has_value())
            return fail(made.error());
        cloudTls = *std::move(made);
    }

    const SystemClock clock;
    http::Loop loop{clock};
    sandbox::Sandbox house{loop, *std::move(scenario), options->seed, std::move(cloudTls), options->vaultVersion};
    const auto listening = house.listen(options->portBase);
    if (!listening.has_value())
        return fail(listening.error());
    bool stopping = false;
    const http::Signals signals{loop, {SIGTERM, SIGINT}, [&](int) {
        if (std::exchange(stopping, true))
            loop.stop(); // asked twice: at once
        else
            loop.spawn(stopSandbox(house, loop));
    }};
    std::printf("%s\n", house.firstLine().c_str());
    std::fflush(stdout);
    loop.run();
    return 0;
}

int runSandbox(const std::vector<std::string_view>& arguments)
{
    if (!arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h")) {
        std::printf("%s", std::string(sandbox::sandboxUsage()).c_str());
        return 0;
    }
    if (!arguments.empty() && arguments.front() == "--version") {
        std::printf("drover-sandbox %s\n", DROVER_VERSION);
        return 0;
    }
    // A client that leaves while it is written to is an error code, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    if (!arguments.empty() && arguments.front() == "load")
        return sandbox::runLoadProgram({arguments.begin() + 1, arguments.end()});
    return serve(arguments);
}

} // namespace
} // namespace drover

int main(int argc, char** argv)
{
    return drover::runSandbox({argv + 1, argv + argc});
}
