// SPDX-License-Identifier: Apache-2.0
#include "services/AwsStore.h"

#include <QUrl>

#include "protocol/cloud/SigV4.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr unsigned recoveryDays = 30; // AWS's own default
constexpr std::size_t awsPage = 100;

bool awsBusy(const cloud::Reply& reply)
{
    return !reply.good() && aws::errorOf(reply, {}).code == Errc::rateLimited;
}

// As the client writes it into the head: without the scheme's own port.
std::string hostHeader(const std::string& url)
{
    const QUrl parsed{QString::fromStdString(url)};
    const bool standard = parsed.port() < 0 || parsed.port() == (parsed.scheme() == QLatin1String("https") ? 443 : 80);
    std::string host = parsed.host(QUrl::FullyEncoded).toStdString();
    if (host.find(':') != std::string::npos)
        host = "[" + host + "]";
    return standard ? host : host + ":" + std::to_string(parsed.port());
}

std::string pathIn(const std::string& url)
{
    const auto slash = url.find('/', url.find("//") + 2);
    return slash == std::string::npos ? std::string() : url.substr(slash);
}

} // namespace

AwsStore::AwsStore(HttpClient& http, AwsSettings settings, CredentialSource credentials, const Clock& clock, Random random)
    : settings_(std::move(settings)),
      http_(http, settings_.endpoint.empty() ? aws::endpointOf(settings_.region) : settings_.endpoint, settings_.caFile,
            random.fork("aws"), awsBusy),
      credentials_(std::move(credentials)), clock_(clock), random_(random)
{
}

std::string AwsStore::pathOf(const std::string& name) const
{
    return name == "kek" ? "drover/" + settings_.workspace + "/kek" : settings_.prefix + "/" + name;
}

// Every request of Secrets Manager that is sent from here may be sent twice: writes carry their token, and a label that
// was moved already is seen by looking afterwards.
Task<Result<HttpResponse>> AwsStore::call(cloud::Request request, Deadline deadline)
{
    if (settings_.region.empty())
        co_return Error{Errc::invalidInput, "the store is AWS, but it has no region", "aws.region"};
    auto asking = credentials_(deadline);
    DROVER_CO_TRY(const auto credentials, co_await std::move(asking));
    const auto date = aws::amzDate(clock_.now());
    request.headers.emplace_back("x-amz-date", date);
    aws::Signable signable{request.method, {}, request.headers, {}};
    const std::string target = pathIn(http_.baseUrl()) + request.target;
    signable.target = target;
    signable.headers.emplace_back("host", hostHeader(http_.baseUrl()));
    std::vector<HttpRequest::SecretHeader> secrets;
    if (!credentials.sessionToken.empty()) {
        credentials.sessionToken.reveal(
            [&](std::string_view token) { signable.headers.emplace_back("x-amz-security-token", token); });
        secrets.push_back({"x-amz-security-token", "", credentials.sessionToken.duplicate()});
    }
    const aws::SigningKey key{credentials.accessKeyId, settings_.region, std::string(aws::service)};
    auto signature = request.body.reveal([&](std::string_view body) {
        signable.body = body;
        return aws::authorization(key, credentials.secretAccessKey, date, signable);
    });
    for (auto& [name, value] : signable.headers)
        wipe(value);
    // The signature is good for this request alone, but for some minutes: not for logs.
    secrets.push_back({"Authorization", "", Secret::taking(signature)});
    auto sending = http_.send(request, std::move(secrets), true, deadline);
    co_return co_await std::move(sending);
}

Task<Result<void>> AwsStore::check(Deadline deadline)
{
    auto listing = listBelow(settings_.prefix + "/", 1, false, deadline);
    auto listed = co_await std::move(listing);
    if (!listed.has_value())
        co_return std::move(listed).error();
    // Whether it may read is told by the answer to a name that is not there.
    auto reading = readVersion(pathOf("drover-check"), deadline);
    const auto read = co_await std::move(reading);
    if (!read.has_value() && read.error().code != Errc::notFound)
        co_return read.error();
    co_return Result<void>{};
}

Task<Result<aws::Version>> AwsStore::readVersion(std::string path, Deadline deadline)
{
    DROVER_CO_CHECK(aws::checkName(path));
    auto calling = call(aws::readRequest(path), deadline);
    DROVER_CO_TRY(auto response, co_await std::move(calling));
    auto parsed = aws::parseRead(cloudReply(response));
    wipe(response.body);
    if (parsed.has_value())
        co_return parsed;
    auto error = parsed.error();
    if (error.code == Errc::refused) // it waits for its deletion
        error.code = Errc::notFound;
    co_return placed(std::move(error), path);
}

Task<Result<StoredSecret>> AwsStore::read(std::string name, Deadline deadline)
{
    auto reading = readVersion(pathOf(name), deadline);
    DROVER_CO_TRY(auto version, co_await std::move(reading));
    co_return StoredSecret{std::move(version.entry.value), std::move(version.entry.notes), version.version};
}

Task<Result<aws::Description>> AwsStore::describe(std::string path, Deadline deadline)
{
    auto calling = call(aws::describeRequest(path), deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    co_return aws::parseDescribe(cloudReply(response));
}

Task<Result<void>> AwsStore::create(std::string path, std::shared_ptr<cloud::Entry> entry, Deadline deadline)
{
    auto calling = call(aws::createRequest(path, *entry, entry->writeId), deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    const auto made = aws::parseWritten(cloudReply(response), "CreateSecret");
    if (made.has_value())
        co_return Result<void>{};
    if (made.error().code != Errc::conflict)
        co_return placed(made.error(), path);
    // There is such an entry. Made by Terraform and the like, it may have no version yet.
    auto describing = describe(path, deadline);
    DROVER_CO_TRY(const auto found, co_await std::move(describing));
    if (!found.currentId.empty())
        co_return Error{Errc::conflict, "the entry exists already", path};
    auto staging = stage(path, std::move(entry), {}, deadline);
    co_return co_await std::move(staging);
}

// A version that nobody reads yet, then the label moved away from the version `from`: the check and the set are one step.
Task<Result<void>> AwsStore::stage(std::string path, std::shared_ptr<cloud::Entry> entry, std::string from, Deadline deadline)
{
    auto putting = call(aws::putRequest(path, *entry, entry->writeId, aws::pending), deadline);
    DROVER_CO_TRY(const auto put, co_await std::move(putting));
    const auto id = aws::parseWritten(cloudReply(put), "PutSecretValue");
    if (!id.has_value())
        co_return placed(id.error(), path);
    auto promoting = call(aws::promoteRequest(path, *id, from), deadline);
    const auto promoted = co_await std::move(promoting);
    const auto done = promoted.has_value() ? aws::parseDone(cloudReply(*promoted), "UpdateSecretVersionStage")
                                           : Result<void>{promoted.error()};
    if (done.has_value())
        co_return Result<void>{};
    // Refused because the label has moved: by somebody else, or by this request when its first answer was lost.
    auto describing = describe(path, deadline);
    const auto found = co_await std::move(describing);
    if (found.has_value() && found->currentId == *id)
        co_return Result<void>{};
    if (found.has_value() && found->currentId != from)
        co_return Error{Errc::conflict, "somebody else changed the entry at the same time", path};
    co_return placed(done.error(), path);
}

Task<Result<std::uint64_t>> AwsStore::write(std::string name, StoredSecret secret, std::uint64_t expected, Deadline deadline)
{
    const auto path = pathOf(name);
    DROVER_CO_CHECK(aws::checkName(path));
    auto entry = std::make_shared<cloud::Entry>(
        cloud::Entry{std::move(secret.value), std::move(secret.notes), expected + 1, uuid7(clock_.now(), random_)});
    if (expected == 0) {
        auto creating = create(path, std::move(entry), deadline);
        DROVER_CO_CHECK(co_await std::move(creating));
        co_return 1;
    }
    auto reading = readVersion(path, deadline);
    const auto current = co_await std::move(reading);
    if (!current.has_value() && current.error().code != Errc::notFound)
        co_return current.error();
    const auto version = current.has_value() ? current->version : 0;
    if (version != expected)
        co_return Error{Errc::conflict, "the entry has version " + std::to_string(version) + ", not " + std::to_string(expected), path};
    auto staging = stage(path, std::move(entry), current->id, deadline);
    DROVER_CO_CHECK(co_await std::move(staging));
    co_return expected + 1;
}

Task<Result<std::vector<std::string>>> AwsStore::listBelow(std::string prefix, std::size_t most, bool all, Deadline deadline)
{
    std::vector<std::string> names;
    std::string next;
    do {
        auto calling = call(aws::listRequest(prefix, most, next), deadline);
        DROVER_CO_TRY(const auto response, co_await std::move(calling));
        DROVER_CO_TRY(auto page, aws::parseList(cloudReply(response)));
        for (auto& name : page.names) // the filter looks at no case
            if (name.starts_with(prefix) && name.find('/', prefix.size()) == std::string::npos)
                names.push_back(name.substr(prefix.size()));
        next = std::move(page.nextToken);
    } while (all && !next.empty());
    co_return names;
}

Task<Result<std::vector<std::string>>> AwsStore::list(Deadline deadline)
{
    auto listing = listBelow(settings_.prefix + "/", awsPage, true, deadline);
    DROVER_CO_TRY(auto names, co_await std::move(listing));
    const auto kek = pathOf("kek");
    auto looking = listBelow(kek.substr(0, kek.rfind('/') + 1), awsPage, true, deadline);
    DROVER_CO_TRY(const auto own, co_await std::move(looking));
    if (std::find(own.begin(), own.end(), "kek") != own.end())
        names.push_back("kek");
    std::sort(names.begin(), names.end());
    co_return names;
}

Task<Result<void>> AwsStore::remove(std::string name, Deadline deadline)
{
    const auto path = pathOf(name);
    DROVER_CO_CHECK(aws::checkName(path));
    auto calling = call(aws::removeRequest(path, recoveryDays), deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    const auto done = aws::parseDone(cloudReply(response), "DeleteSecret");
    if (done.has_value() || done.error().code == Errc::notFound || done.error().code == Errc::refused)
        co_return Result<void>{}; // gone, or on its way already
    co_return placed(done.error(), path);
}

} // namespace drover
