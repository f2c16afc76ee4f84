// SPDX-License-Identifier: Apache-2.0
#include "gateway/Arguments.h"

#include <algorithm>
#include <charconv>

namespace drover::gateway {
namespace {

Error badArgument(std::string_view option, std::string_view why)
{
    return {Errc::invalidInput, std::string(why), std::string(option)};
}

bool isPlainId(std::string_view id)
{
    return !id.empty() && id.size() <= 64 && id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string_view::npos;
}

Result<void> take(Arguments& out, std::string_view option, std::string_view value)
{
    if (option == "--workspace") {
        out.config = std::filesystem::path(value) / "drover.toml";
    } else if (option == "--config") {
        out.config = value;
    } else if (option == "--listen") {
        out.listen = value;
    } else if (option == "--admin-listen") {
        out.adminListen = value;
    } else if (option == "--id") {
        if (!isPlainId(value))
            return badArgument(option, "an id is 1 to 64 letters, digits, _ and -");
        out.id = value;
    } else if (option == "--kek-file") {
        out.kekFile = value;
    } else if (option == "--redis-file") {
        out.redisFile = value;
    } else if (option == "--kek-fd" || option == "--redis-fd") {
        int& descriptor = option == "--kek-fd" ? out.kekDescriptor : out.redisDescriptor;
        const auto [end, failed] = std::from_chars(value.begin(), value.end(), descriptor);
        if (failed != std::errc{} || end != value.end() || descriptor < 0)
            return badArgument(option, "a file descriptor is a number");
    } else {
        return badArgument(option, "no such option; see --help");
    }
    return {};
}

} // namespace

Result<Arguments> parseArguments(std::span<const char* const> arguments)
{
    Arguments out;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view option = arguments[i];
        if (option == "--help" || option == "-h") {
            out.help = true;
            return out;
        }
        if (option == "--version") {
            out.version = true;
            return out;
        }
        std::string_view value;
        if (const std::size_t equals = option.find('='); option.starts_with("--") && equals != std::string_view::npos) {
            value = option.substr(equals + 1);
            option = option.substr(0, equals);
        } else if (i + 1 < arguments.size()) {
            value = arguments[++i];
        } else {
            return badArgument(option, option.starts_with("--") ? "a value is missing" : "no such option; see --help");
        }
        DROVER_CHECK(take(out, option, value));
    }
    if (out.config.empty())
        return badArgument("--workspace", "--workspace DIR or --config FILE is needed");
    if ((out.kekDescriptor >= 0) == !out.kekFile.empty())
        return badArgument("--kek-fd", "one of --kek-fd N and --kek-file FILE is needed");
    if (out.redisDescriptor >= 0 && !out.redisFile.empty())
        return badArgument("--redis-fd", "only one of --redis-fd N and --redis-file FILE is possible");
    return out;
}

std::string_view usageText()
{
    return "usage: drover-gateway --workspace DIR | --config FILE [--listen HOST:PORT] [--admin-listen HOST:PORT]\n"
           "                      [--id ID] --kek-fd N | --kek-file FILE [--redis-fd N | --redis-file FILE]\n"
           "\n"
           "Carries LLM traffic to the targets of drover.toml as gateway/routing.json says.\n"
           "  --workspace DIR       the folder with drover.toml and gateway/\n"
           "  --config FILE         drover.toml itself; its folder is the workspace\n"
           "  --listen HOST:PORT    where clients connect (default: [gateway] listen; port 0 takes a free one)\n"
           "  --admin-listen HOST:PORT  health, metrics and the routing served, GET only\n"
           "  --id ID               name in acknowledgements and logs (default: made anew)\n"
           "  --kek-fd N            read the key-encryption keys from this descriptor, a pipe\n"
           "  --kek-file FILE       or from this file, which only its owner may read\n"
           "  --redis-fd N          read the URL of the Redis that has the sealed keys from this descriptor, a pipe:\n"
           "                        rediss://USER:PASSWORD@HOST:PORT/DATABASE, before [redis] of drover.toml\n"
           "  --redis-file FILE     or from this file, which only its owner may read\n"
           "\n"
           "The first line on stdout is one JSON object with the addresses; operational messages follow, one JSON\n"
           "object a line. SIGTERM lets what is in flight end. Exit codes: 0 done, 1 failed, 2 usage or environment.\n";
}

} // namespace drover::gateway
