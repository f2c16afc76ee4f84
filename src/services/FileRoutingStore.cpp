// SPDX-License-Identifier: Apache-2.0
#include "services/FileRoutingStore.h"

#include "protocol/routing/Document.h"
#include "protocol/routing/Sealing.h"
#include "protocol/routing/Tokens.h"
#include "services/Files.h"

#include <algorithm>

namespace drover {
namespace {

namespace fs = std::filesystem;

template <class T>
Result<T> parseFile(const fs::path& file, Result<T> (*parse)(std::string_view), T otherwise)
{
    DROVER_TRY(const auto bytes, readWholeFile(file));
    if (!bytes.has_value())
        return otherwise;
    auto parsed = parse(*bytes);
    if (!parsed.has_value())
        return at(file.string(), std::move(parsed).error());
    return parsed;
}

Result<std::optional<RoutingDocument>> readRoutingFile(const fs::path& folder)
{
    const auto file = folder / "routing.json";
    DROVER_TRY(const auto bytes, readWholeFile(file));
    if (!bytes.has_value())
        return std::optional<RoutingDocument>{};
    auto parsed = parseRouting(*bytes);
    if (!parsed.has_value())
        return at(file.string(), std::move(parsed).error());
    return std::optional{*std::move(parsed)};
}

Result<void> writeRoutingFile(const fs::path& folder, const RoutingDocument& next,
                              const std::optional<RoutingDocument>& expected)
{
    DROVER_CHECK(makePrivateFolder(folder));
    DROVER_TRY(const auto lock, lockFile(folder / "routing.json.lock"));
    DROVER_TRY(const auto stored, readRoutingFile(folder));
    DROVER_CHECK(checkRouting(next));
    DROVER_CHECK(mayFollow(next, stored, expected));
    return replaceFile(folder / "routing.json", writeRouting(next));
}

Result<std::vector<GatewayAck>> readAckFiles(const fs::path& folder)
{
    std::vector<GatewayAck> all;
    std::error_code failed;
    for (fs::directory_iterator item{folder, failed}, end; !failed && item != end; item.increment(failed)) {
        if (item->path().extension() != ".json")
            continue;
        const auto bytes = readWholeFile(item->path());
        if (!bytes.has_value() || !bytes->has_value())
            continue; // gone since it was listed
        auto ack = parseAck(**bytes);
        if (ack.has_value()) // a gateway that writes garbage is one that acknowledges nothing
            all.push_back(*std::move(ack));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.gateway < b.gateway; });
    return all;
}

Result<void> writePrivateFile(const fs::path& folder, const char* name, const std::string& bytes)
{
    DROVER_CHECK(makePrivateFolder(folder));
    return replaceFile(folder / name, bytes);
}

} // namespace

FileRoutingStore::FileRoutingStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

Task<Result<std::optional<RoutingDocument>>> FileRoutingStore::read(Deadline deadline)
{
    return byDeadline(deadline, worker_.run([folder = folder_] { return readRoutingFile(folder); }),
                      "reading the routing document");
}

Task<Result<void>> FileRoutingStore::write(RoutingDocument next, std::optional<RoutingDocument> expected,
                                           Deadline deadline)
{
    for (;;) {
        auto job = [folder = folder_, next, expected] { return writeRoutingFile(folder, next, expected); };
        auto attempt = byDeadline(deadline, worker_.run(std::move(job)), "writing the routing document");
        auto written = co_await std::move(attempt);
        // Another writer holds the lock for the moment it takes to write.
        const bool again = !written.has_value() && written.error().code == Errc::busy && !deadline.passed();
        if (!again)
            co_return written;
        co_await delay(2ms);
    }
}

Task<Result<std::vector<GatewayAck>>> FileRoutingStore::acks(Deadline deadline)
{
    return byDeadline(deadline, worker_.run([folder = folder_ / "acks"] { return readAckFiles(folder); }),
                      "reading the gateways' acknowledgements");
}

Task<Result<SealedKeys>> FileRoutingStore::keys(Deadline deadline)
{
    auto job = [file = folder_ / "keys.json"] { return parseFile<SealedKeys>(file, parseSealedKeys, {}); };
    return byDeadline(deadline, worker_.run(std::move(job)), "reading the sealed keys");
}

Task<Result<void>> FileRoutingStore::writeKeys(SealedKeys keys, SealedKeys expected, Deadline deadline)
{
    // Whoever publishes holds the lock of keys.json; this finds out one who does not.
    auto job = [folder = folder_, keys = std::move(keys), expected = std::move(expected)]() -> Result<void> {
        DROVER_TRY(const SealedKeys stored, parseFile<SealedKeys>(folder / "keys.json", parseSealedKeys, {}));
        if (stored != expected)
            return Error{Errc::conflict, "another writer has changed the sealed keys meanwhile", (folder / "keys.json").string()};
        return writePrivateFile(folder, "keys.json", writeSealedKeys(keys));
    };
    return byDeadline(deadline, worker_.run(std::move(job)), "writing the sealed keys");
}

Task<Result<ClientTokens>> FileRoutingStore::tokens(Deadline deadline)
{
    auto job = [file = folder_ / "tokens.json"] { return parseFile<ClientTokens>(file, parseTokens, {}); };
    return byDeadline(deadline, worker_.run(std::move(job)), "reading the client tokens");
}

Task<Result<void>> FileRoutingStore::writeTokens(ClientTokens tokens, Deadline deadline)
{
    auto job = [folder = folder_, tokens = std::move(tokens)] {
        return writePrivateFile(folder, "tokens.json", drover::writeTokens(tokens));
    };
    return byDeadline(deadline, worker_.run(std::move(job)), "writing the client tokens");
}

} // namespace drover
