// SPDX-License-Identifier: Apache-2.0
#include "services/GcpStore.h"

#include "protocol/routing/Base64.h"
#include "services/Rs256.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr std::size_t gcpPage = 250;

bool gcpBusy(const cloud::Reply& reply)
{
    return reply.status == 429;
}

bool nothingKnown(const Error& error)
{
    return error.code == Errc::network || error.code == Errc::timeout || error.code == Errc::unavailable || error.code == Errc::protocol;
}

} // namespace

GcpStore::GcpStore(HttpClient& http, GcpSettings settings, CredentialSource credentials, const Clock& clock, Random random)
    : client_(http), settings_(std::move(settings)),
      http_(http, settings_.endpoint.empty() ? std::string(gcp::defaultEndpoint) : settings_.endpoint, settings_.caFile,
            random.fork("gcp"), gcpBusy),
      credentials_(std::move(credentials)), clock_(clock), random_(random),
      token_(clock, [this](Deadline deadline) { return fetchToken(deadline); })
{
}

std::string GcpStore::idOf(const std::string& name) const
{
    return name == "kek" ? "drover-" + settings_.workspace + "-kek" : settings_.prefix + "-" + name;
}

Task<Result<cloud::AccessToken>> GcpStore::fetchToken(Deadline deadline)
{
    auto asking = credentials_(deadline);
    DROVER_CO_TRY(const auto json, co_await std::move(asking));
    auto account = gcp::parseServiceAccount(json);
    if (!account.has_value())
        co_return at("gcp.credentials", account.error());
    accountProject_ = account->project;
    auto assertion = gcp::assertionToSign(*account, clock_.now());
    auto signature = signRs256(account->privateKey, assertion);
    if (!signature.has_value())
        co_return at("gcp.credentials", signature.error());
    assertion += "." + toBase64Url(*signature);
    const auto path = account->tokenUri.find('/', account->tokenUri.find("//") + 2);
    CloudHttp issuer{client_, account->tokenUri.substr(0, path), settings_.caFile, random_.fork("token"), gcpBusy};
    const auto request = gcp::tokenRequest(path == std::string::npos ? "/" : account->tokenUri.substr(path), assertion);
    auto sending = issuer.send(request, {}, true, deadline);
    DROVER_CO_TRY(auto response, co_await std::move(sending));
    auto parsed = cloud::parseToken(cloudReply(response), "Google");
    wipe(response.body);
    if (!parsed.has_value())
        co_return placed(parsed.error(), "gcp.credentials");
    co_return parsed;
}

Task<Result<HttpResponse>> GcpStore::call(cloud::Request request, bool again, Deadline deadline)
{
    auto sending = sendWithToken(http_, token_, request, again, deadline);
    co_return co_await std::move(sending);
}

Task<Result<std::string>> GcpStore::project(Deadline deadline)
{
    if (!settings_.project.empty())
        co_return settings_.project;
    if (accountProject_.empty()) {
        auto getting = token_.get(deadline);
        DROVER_CO_CHECK(co_await std::move(getting));
    }
    if (accountProject_.empty())
        co_return Error{Errc::invalidInput, "the store is GCP, but neither it nor the credentials name a project", "gcp.project"};
    co_return accountProject_;
}

Task<Result<void>> GcpStore::check(Deadline deadline)
{
    auto listing = listIds(settings_.prefix + "-", 1, false, deadline);
    const auto listed = co_await std::move(listing);
    if (!listed.has_value())
        co_return listed.error();
    auto reading = access(idOf("drover-check"), 0, deadline);
    const auto read = co_await std::move(reading);
    if (!read.has_value() && read.error().code != Errc::notFound)
        co_return read.error();
    co_return Result<void>{};
}

Task<Result<GcpStore::Standing>> GcpStore::standing(std::string id, Deadline deadline)
{
    auto asking = project(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(asking));
    Standing found;
    std::string next;
    do {
        auto calling = call(gcp::versionsRequest(where, id, next), true, deadline);
        DROVER_CO_TRY(const auto response, co_await std::move(calling));
        auto page = gcp::parseVersions(cloudReply(response));
        if (!page.has_value() && page.error().code == Errc::notFound)
            co_return Standing{};
        if (!page.has_value())
            co_return placed(page.error(), id);
        found.exists = true;
        for (const auto& version : page->versions) {
            found.highest = std::max(found.highest, version.number);
            if (version.state == gcp::State::enabled)
                found.current = std::max(found.current, version.number);
        }
        next = page->nextPage;
    } while (found.current == 0 && !next.empty()); // they come newest first
    co_return found;
}

Task<Result<cloud::Entry>> GcpStore::access(std::string id, std::uint64_t version, Deadline deadline)
{
    DROVER_CO_CHECK(gcp::checkName(id));
    auto asking = project(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(asking));
    auto calling = call(gcp::accessRequest(where, id, version), true, deadline);
    DROVER_CO_TRY(auto response, co_await std::move(calling));
    auto parsed = gcp::parseAccess(cloudReply(response));
    wipe(response.body);
    if (!parsed.has_value())
        co_return placed(parsed.error(), id);
    co_return parsed;
}

Task<Result<StoredSecret>> GcpStore::read(std::string name, Deadline deadline)
{
    const auto id = idOf(name);
    auto reading = access(id, 0, deadline);
    auto entry = co_await std::move(reading);
    if (!entry.has_value() && entry.error().code == Errc::refused) {
        // The newest is disabled or destroyed: withdrawn. An older one may stand.
        auto looking = standing(id, deadline);
        DROVER_CO_TRY(const auto found, co_await std::move(looking));
        if (found.current == 0)
            co_return Error{Errc::notFound, "every version of the entry is disabled or destroyed", id};
        auto again = access(id, found.current, deadline);
        entry = co_await std::move(again);
    }
    if (!entry.has_value())
        co_return entry.error();
    co_return StoredSecret{std::move(entry->value), std::move(entry->notes), entry->version};
}

Task<Result<void>> GcpStore::create(std::string id, Deadline deadline)
{
    auto asking = project(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(asking));
    auto calling = call(gcp::createRequest(where, id), true, deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    const auto done = gcp::parseDone(cloudReply(response), "secretmanager.secrets.create");
    // Made by somebody else at the same time, or by this request when its first answer was lost: the numbers decide.
    if (!done.has_value() && done.error().code != Errc::conflict)
        co_return placed(done.error(), id);
    co_return Result<void>{};
}

Task<Result<std::uint64_t>> GcpStore::findWrite(std::string id, std::string writeId, std::uint64_t above, Deadline deadline)
{
    auto looking = standing(id, deadline);
    DROVER_CO_TRY(const auto found, co_await std::move(looking));
    for (std::uint64_t number = found.highest; number > above; --number) {
        auto reading = access(id, number, deadline);
        const auto entry = co_await std::move(reading);
        if (entry.has_value() && entry->writeId == writeId)
            co_return number;
        if (!entry.has_value() && nothingKnown(entry.error()))
            co_return entry.error();
    }
    co_return Error{Errc::notFound, "the write has not arrived", id};
}

Task<Result<std::uint64_t>> GcpStore::add(std::string id, std::shared_ptr<cloud::Entry> entry, Standing before, Deadline deadline)
{
    auto asking = project(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(asking));
    auto calling = call(gcp::addRequest(where, id, *entry), false, deadline);
    const auto response = co_await std::move(calling);
    auto number = response.has_value() ? gcp::parseAdded(cloudReply(*response)) : Result<std::uint64_t>{response.error()};
    if (!number.has_value() && nothingKnown(number.error())) {
        auto finding = findWrite(id, entry->writeId, before.highest, deadline);
        const auto found = co_await std::move(finding);
        if (found.has_value())
            number = *found;
    }
    if (!number.has_value())
        co_return placed(number.error(), id);
    if (*number == before.highest + 1)
        co_return *number;
    // Somebody else's version came between: this one is taken back.
    auto disabling = call(gcp::disableRequest(where, id, *number), true, deadline);
    const auto disabled = co_await std::move(disabling);
    const auto done = disabled.has_value() ? gcp::parseDone(cloudReply(*disabled), "secretmanager.versions.disable")
                                           : Result<void>{disabled.error()};
    std::string what = "somebody else changed the entry at the same time";
    if (!done.has_value())
        what += "; version " + std::to_string(*number) + " should be disabled, which failed: " + done.error().what;
    co_return Error{Errc::conflict, std::move(what), id};
}

Task<Result<std::uint64_t>> GcpStore::write(std::string name, StoredSecret secret, std::uint64_t expected, Deadline deadline)
{
    const auto id = idOf(name);
    DROVER_CO_CHECK(gcp::checkName(id));
    auto looking = standing(id, deadline);
    DROVER_CO_TRY(const auto before, co_await std::move(looking));
    if (before.current != expected)
        co_return Error{
            Errc::conflict,
            "the entry has version " + std::to_string(before.current) + ", not " + std::to_string(expected), id};
    if (!before.exists) {
        auto creating = create(id, deadline);
        DROVER_CO_CHECK(co_await std::move(creating));
    }
    auto entry = std::make_shared<cloud::Entry>(
        cloud::Entry{std::move(secret.value), std::move(secret.notes), 0, uuid7(clock_.now(), random_)});
    auto adding = add(id, std::move(entry), before, deadline);
    co_return co_await std::move(adding);
}

Task<Result<std::vector<std::string>>> GcpStore::listIds(std::string prefix, std::size_t most, bool all, Deadline deadline)
{
    auto asking = project(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(asking));
    std::vector<std::string> ids;
    std::string next;
    do {
        auto calling = call(gcp::listRequest(where, prefix, most, next), true, deadline);
        DROVER_CO_TRY(const auto response, co_await std::move(calling));
        DROVER_CO_TRY(auto page, gcp::parseList(cloudReply(response)));
        for (auto& id : page.names)
            if (id.starts_with(prefix))
                ids.push_back(std::move(id));
        next = std::move(page.nextPage);
    } while (all && !next.empty());
    co_return ids;
}

Task<Result<std::vector<std::string>>> GcpStore::list(Deadline deadline)
{
    const auto kek = idOf("kek");
    const auto prefix = settings_.prefix + "-";
    std::vector<std::string> names;
    auto listing = listIds(prefix, gcpPage, true, deadline);
    DROVER_CO_TRY(const auto ids, co_await std::move(listing));
    for (const auto& id : ids)
        if (id != kek)
            names.push_back(id.substr(prefix.size()));
    auto looking = listIds(kek, gcpPage, true, deadline);
    DROVER_CO_TRY(const auto own, co_await std::move(looking));
    if (std::find(own.begin(), own.end(), kek) != own.end())
        names.push_back("kek");
    std::sort(names.begin(), names.end());
    co_return names;
}

Task<Result<void>> GcpStore::remove(std::string name, Deadline deadline)
{
    const auto id = idOf(name);
    DROVER_CO_CHECK(gcp::checkName(id));
    auto asking = project(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(asking));
    auto calling = call(gcp::removeRequest(where, id), true, deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    const auto done = gcp::parseDone(cloudReply(response), "secretmanager.secrets.delete");
    if (done.has_value() || done.error().code == Errc::notFound)
        co_return Result<void>{};
    co_return placed(done.error(), id);
}

} // namespace drover
