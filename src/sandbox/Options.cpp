// SPDX-License-Identifier: Apache-2.0
#include "sandbox/Options.h"

#include "sandbox/provider/Scenario.h"

#include <charconv>
#include <functional>
#include <utility>

namespace drover::sandbox {
namespace {

Error badOption(std::string_view option, std::string_view why)
{
    return Error{Errc::invalidInput, std::string(why), std::string(option)};
}

template <class Number>
Result<Number> numberOf(std::string_view option, std::string_view text, Number least, Number most)
{
    Number value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || !(value >= least) || !(value <= most))
        return badOption(option, "\"" + std::string(text) + "\" is not a number from " + std::to_string(least) + " to " +
                                     std::to_string(most));
    return value;
}

using Setter = std::function<Result<void>(std::string_view option, std::string_view value)>;

template <class Number>
Setter setsNumber(Number& to, Number least, Number most)
{
    return [&to, least, most](std::string_view option, std::string_view value) -> Result<void> {
        DROVER_TRY(to, numberOf<Number>(option, value, least, most));
        return {};
    };
}

Setter setsText(std::string& to)
{
    return [&to](std::string_view option, std::string_view value) -> Result<void> {
        if (value.empty())
            return badOption(option, "is empty");
        to = value;
        return {};
    };
}

// "--name value" and "--name=value".
Result<void> readPairs(std::span<const std::string_view> arguments, const std::map<std::string_view, Setter>& setters)
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto equals = arguments[i].find('=');
        const auto name = arguments[i].substr(0, equals);
        const auto setter = setters.find(name);
        if (setter == setters.end())
            return badOption(name, "unknown option");
        std::string_view value;
        if (equals != std::string_view::npos)
            value = arguments[i].substr(equals + 1);
        else if (i + 1 < arguments.size())
            value = arguments[++i];
        else
            return badOption(name, "needs a value");
        DROVER_CHECK(setter->second(name, value));
    }
    return {};
}

} // namespace

Result<SandboxOptions> readSandboxOptions(std::span<const std::string_view> arguments)
{
    constexpr std::uint16_t highestBase = 65525; // eleven ports from there on
    SandboxOptions options;
    std::uint16_t base = 0;
    const Setter setVersion = [&](std::string_view option, std::string_view value) -> Result<void> {
        auto version = VaultVersion::parse(value);
        if (!version)
            return badOption(option, "is no version like 1.14.3");
        options.vaultVersion = *std::move(version);
        return {};
    };
    DROVER_CHECK(readPairs(arguments, {{"--workspace", setsText(options.workspace)},
                                       {"--scenario", setsText(options.scenario)},
                                       {"--seed", setsNumber<std::uint64_t>(options.seed, 0, ~std::uint64_t{0})},
                                       {"--port-base", setsNumber<std::uint16_t>(base, 0, highestBase)},
                                       {"--cloud-certificate", setsText(options.cloudCertificate)},
                                       {"--cloud-key", setsText(options.cloudKey)},
                                       {"--vault-version", setVersion}}));
    if (options.workspace.empty())
        return badOption("--workspace", "is missing");
    if (options.scenario.empty())
        return badOption("--scenario", "is missing");
    DROVER_CHECK(scenarioNamed(options.scenario));
    if (options.cloudCertificate.empty() != options.cloudKey.empty())
        return badOption(options.cloudKey.empty() ? "--cloud-key" : "--cloud-certificate", "is missing: the other one is given");
    if (base != 0)
        options.portBase = base;
    return options;
}

Result<LoadOptions> readLoadOptions(std::span<const std::string_view> arguments)
{
    constexpr double mostRate = 100'000;
    constexpr double mostSeconds = 86'400;
    LoadOptions options;
    std::uint64_t seed = 0;
    bool seeded = false;
    const Setter setSeed = [&](std::string_view option, std::string_view value) -> Result<void> {
        seeded = true;
        return setsNumber<std::uint64_t>(seed, 0, ~std::uint64_t{0})(option, value);
    };
    DROVER_CHECK(readPairs(arguments, {{"--trace", setsText(options.trace)},
                                       {"--target", setsText(options.target)},
                                       {"--rate", setsNumber<double>(options.rate, 0, mostRate)},
                                       {"--seconds", setsNumber<double>(options.seconds, 0, mostSeconds)},
                                       {"--stream-share", setsNumber<double>(options.streamShare, 0, 1)},
                                       {"--users", setsNumber<std::uint64_t>(options.users, 0, 1'000'000'000)},
                                       {"--model", setsText(options.model)},
                                       {"--log", setsText(options.log)},
                                       {"--seed", setSeed}}));
    if (options.trace.empty())
        return badOption("--trace", "is missing");
    if (options.target.empty())
        return badOption("--target", "is missing");
    if (seeded)
        options.seed = seed;
    return options;
}

std::string_view sandboxUsage()
{
    return "usage: drover-sandbox --workspace DIR --scenario healthy|degraded|slow|diverging|dead-key [--seed N] "
           "[--port-base N]\n"
           "                      [--cloud-certificate FILE --cloud-key FILE] [--vault-version V]\n"
           "       drover-sandbox load --trace FILE --target URL [--rate N] [--seconds S] [--stream-share F] "
           "[--users N]\n"
           "                           [--model NAME] [--log FILE] [--seed N]     (the client's token on stdin)\n"
           "\n"
           "Simulated providers (legacy, and HolySheep in four regions), Vault and the clouds' secret managers on loopback, and\n"
           "client load for a gateway.\n"
           "Exit codes: 0 done, 1 failed, 2 usage, invalid input or a busy port.\n";
}

} // namespace drover::sandbox
