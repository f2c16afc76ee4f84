// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Gcp.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"
#include "protocol/routing/Base64.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace drover::gcp {
namespace {

Error noAnswer(std::string what)
{
    return Error{Errc::protocol, "this is no answer of Secret Manager: " + std::move(what), {}};
}

// "projects/1/secrets/a/versions/7" -> 7; 0 where it is no such name.
std::uint64_t numberIn(std::string_view name)
{
    const auto slash = name.rfind('/');
    const auto digits = slash == std::string_view::npos ? name : name.substr(slash + 1);
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size() ? number : 0;
}

Result<boost::json::object> objectOf(const cloud::Reply& reply, std::string_view permission)
{
    if (!reply.good())
        return errorOf(reply, permission);
    auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return noAnswer(parsed.error().what);
    return parsed;
}

struct Payload {
    std::uint64_t number = 0;
    Secret data;          // base64
    std::string checksum; // "" where there is none
};

Payload payloadIn(std::string_view body)
{
    Payload payload;
    JsonScan{body}.members([&](std::string_view key, JsonScan& value) {
        if (key == "name")
            payload.number = numberIn(value.text().value_or(std::string()));
        else if (key == "payload")
            value.members([&](std::string_view field, JsonScan& inner) {
                if (field == "data") {
                    auto text = inner.text().value_or(std::string());
                    payload.data = Secret::taking(text);
                } else if (field == "dataCrc32c") { // an int64 is a string in proto3's JSON
                    payload.checksum = inner.kind() == '"' ? inner.text().value_or(std::string()) : std::string(inner.raw());
                }
            });
    });
    return payload;
}

struct Meaning {
    std::string_view status;
    Errc code;
    std::string_view what;
};

constexpr auto meanings = std::to_array<Meaning>({
    {"NOT_FOUND", Errc::notFound, "there is no such entry, version or project"},
    {"ALREADY_EXISTS", Errc::conflict, "the entry exists already"},
    {"ABORTED", Errc::conflict, "somebody else changed the entry at the same time"},
    {"UNAUTHENTICATED", Errc::unauthorized, "the access token is refused: check gcp.credentials"},
    {"FAILED_PRECONDITION", Errc::refused, "the version is disabled or destroyed: enable it or write a new one"},
    {"RESOURCE_EXHAUSTED", Errc::rateLimited, "GCP's quota of requests is used up for now; try again later"},
    {"UNAVAILABLE", Errc::unavailable, "Secret Manager is not available; try again"},
    {"INTERNAL", Errc::unavailable, "Secret Manager failed; try again"},
    {"DEADLINE_EXCEEDED", Errc::timeout, "Secret Manager took too long"},
    {"CANCELLED", Errc::cancelled, "Secret Manager gave the request up"},
    {"INVALID_ARGUMENT", Errc::invalidInput, "GCP refused the request: check gcp.project"},
    {"OUT_OF_RANGE", Errc::invalidInput, "GCP refused the request"},
});

} // namespace

Result<cloud::Entry> parseAccess(const cloud::Reply& reply)
{
    if (!reply.good())
        return errorOf(reply, "secretmanager.versions.access");
    const auto payload = payloadIn(reply.body);
    if (payload.number == 0)
        return noAnswer("it has no name of a version");
    auto plain = payload.data.reveal([](std::string_view text) { return fromBase64(text); });
    if (!plain.has_value() || plain->empty())
        return noAnswer("its payload is no base64");
    const Secret value = Secret::taking(*plain);
    return value.reveal([&](std::string_view text) -> Result<cloud::Entry> {
        const auto sum = std::to_string(cloud::crc32c(text));
        if (!payload.checksum.empty() && payload.checksum != sum)
            return Error{Errc::protocol, "the value was damaged on its way: its CRC32C is " + sum + ", not " + cloud::tidied(payload.checksum), {}};
        DROVER_TRY(auto entry, cloud::readEntry(text));
        entry.version = payload.number;
        return entry;
    });
}

Result<std::uint64_t> parseAdded(const cloud::Reply& reply)
{
    DROVER_TRY(const auto object, objectOf(reply, "secretmanager.versions.add"));
    JsonFields fields{object};
    const auto number = numberIn(fields.text("name"));
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    if (number == 0)
        return noAnswer("it has no name of a version");
    return number;
}

Result<void> parseDone(const cloud::Reply& reply, std::string_view permission)
{
    DROVER_CHECK(objectOf(reply, permission));
    return {};
}

Result<Versions> parseVersions(const cloud::Reply& reply)
{
    DROVER_TRY(const auto object, objectOf(reply, "secretmanager.versions.list"));
    Versions made;
    JsonFields fields{object};
    fields.list("versions", [&](JsonFields& version) {
        const auto state = version.textOr("state", "ENABLED");
        made.versions.push_back({numberIn(version.text("name")), state == "ENABLED"    ? State::enabled
                                                                 : state == "DISABLED" ? State::disabled
                                                                                       : State::destroyed});
    });
    made.nextPage = fields.textOr("nextPageToken", {});
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    std::ranges::sort(made.versions, [](const Version& a, const Version& b) { return a.number > b.number; });
    return made;
}

Result<Names> parseList(const cloud::Reply& reply)
{
    DROVER_TRY(const auto object, objectOf(reply, "secretmanager.secrets.list"));
    Names made;
    JsonFields fields{object};
    fields.list("secrets", [&](JsonFields& secret) {
        const auto name = secret.text("name");
        made.names.push_back(name.substr(name.rfind('/') + 1));
    });
    made.nextPage = fields.textOr("nextPageToken", {});
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    return made;
}

Error errorOf(const cloud::Reply& reply, std::string_view permission)
{
    std::string status, message;
    const auto parsed = parseJsonObject(reply.body);
    if (parsed.has_value()) {
        JsonFields fields{*parsed};
        fields.object("error", [&](JsonFields& error) {
            status = error.textOr("status", {});
            message = error.textOr("message", {});
        });
    } else {
        message = std::string(reply.body.substr(0, 300));
    }
    const auto said = [&](Errc code, std::string what) { return cloud::failure(code, std::move(what), "GCP", message); };
    if (status == "PERMISSION_DENIED") {
        if (message.find("has not been used") != std::string::npos || message.find("SERVICE_DISABLED") != std::string::npos)
            return said(Errc::forbidden, "the Secret Manager API is off: `gcloud services enable secretmanager.googleapis.com`");
        return said(Errc::forbidden, "the service account may not do this: give it " + std::string(permission));
    }
    const auto* found = std::ranges::find(meanings, status, &Meaning::status);
    if (found != meanings.end())
        return said(found->code, std::string(found->what));
    switch (reply.status) {
    case 401: return said(Errc::unauthorized, "the access token is refused: check gcp.credentials");
    case 403: return said(Errc::forbidden, "the service account may not do this: give it " + std::string(permission));
    case 429: return said(Errc::rateLimited, "GCP's quota of requests is used up for now; try again later");
    default: break;
    }
    if (reply.status >= 500)
        return said(Errc::unavailable, "Secret Manager failed with status " + std::to_string(reply.status));
    return said(Errc::protocol, "status " + std::to_string(reply.status) + " is no answer of Secret Manager: check gcp.endpoint");
}

} // namespace drover::gcp
