// SPDX-License-Identifier: Apache-2.0
#include "sandbox/load/LoadProgram.h"

#include "http/Signals.h"
#include "sandbox/load/LoadRun.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

namespace drover::sandbox {
namespace {

Result<std::vector<TraceRow>> readTraceFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return Error{Errc::invalidInput, "cannot be read", "--trace " + path};
    std::ostringstream text;
    text << file.rdbuf();
    auto rows = parseTrace(text.str());
    if (!rows.has_value())
        return at(path, rows.error());
    if (rows->empty())
        return Error{Errc::invalidInput, "the trace has no requests", path};
    return rows;
}

// The first line of stdin.
Result<Secret> readToken()
{
    std::array<char, 512> line{};
    const bool read = std::fgets(line.data(), int(line.size()), stdin) != nullptr;
    std::string text = read ? line.data() : "";
    line.fill('\0');
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty() || std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; })) {
        wipe(text);
        return Error{Errc::invalidInput, "no client token on the first line", "stdin"};
    }
    return Secret::taking(text);
}

Result<std::unique_ptr<LoadRun>> prepareLoad(http::Loop& loop, const std::vector<std::string_view>& arguments)
{
    DROVER_TRY(auto options, readLoadOptions(arguments));
    auto target = http::parseUrl(options.target);
    if (!target.has_value())
        return at("--target", target.error());
    DROVER_TRY(auto rows, readTraceFile(options.trace));
    DROVER_TRY(auto token, readToken());
    const auto seed = options.seed ? *options.seed : Random::fromSystem()();
    LoadPlan plan{std::move(rows), options, seed};
    auto run = std::make_unique<LoadRun>(loop, std::move(options), std::move(plan), *std::move(target), std::move(token));
    DROVER_CHECK(run->openLog());
    return run;
}

} // namespace

int runLoadProgram(const std::vector<std::string_view>& arguments)
{
    const SystemClock clock;
    http::Loop loop{clock};
    auto run = prepareLoad(loop, arguments);
    if (!run.has_value()) {
        std::fprintf(stderr, "drover-sandbox load: %s\n", describe(run.error()).c_str());
        return exitCode(run.error().code);
    }
    const http::Signals signals{loop, {SIGTERM, SIGINT}, [&](int) { (*run)->stop(); }};
    (*run)->start();
    loop.run();
    std::printf("%s\n", (*run)->result().c_str());
    return 0;
}

} // namespace drover::sandbox
