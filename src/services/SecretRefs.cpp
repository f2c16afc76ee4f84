// SPDX-License-Identifier: Apache-2.0
#include "services/SecretRefs.h"

#include "services/Files.h"

#include <sys/stat.h>

#include <cstdlib>

namespace drover {
namespace {

Secret withoutNewline(std::string& text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
    return Secret::taking(text);
}

Result<Secret> secretOfFile(const std::filesystem::path& file, const std::string& place, bool ours)
{
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0)
        return Error{Errc::notFound, "no such file", place};
    if (!S_ISREG(info.st_mode))
        return Error{Errc::invalidInput, "not a file", place};
    if (ours && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Errc::forbidden, "others may read this file: chmod 600 it first", place};
    DROVER_TRY(auto bytes, readWholeFile(file, 64 << 10));
    if (!bytes.has_value())
        return Error{Errc::notFound, "no such file", place};
    return withoutNewline(*bytes);
}

} // namespace

SecretRefs::SecretRefs(SecretStore* store, std::filesystem::path workspace, Environment environment)
    : store_(store), workspace_(std::move(workspace)), environment_(std::move(environment))
{
}

Task<Result<Secret>> SecretRefs::resolve(SecretRef ref, Deadline deadline) const
{
    const auto place = writeSecretRef(ref);
    switch (ref.kind) {
    case SecretRef::Kind::environment: {
        auto value = environment_(ref.name);
        if (!value.has_value() || value->empty())
            co_return Error{Errc::notFound, "this environment variable is not set", place};
        co_return withoutNewline(*value);
    }
    case SecretRef::Kind::file:
        co_return secretOfFile(workspace_ / ref.name, place, true);
    case SecretRef::Kind::store: {
        if (store_ == nullptr)
            co_return Error{Errc::unavailable, "there is no secret store to read this from", place};
        auto reading = store_->read(ref.name, deadline);
        auto stored = co_await std::move(reading);
        if (!stored.has_value())
            co_return at(place, std::move(stored).error());
        co_return std::move(stored->value);
    }
    case SecretRef::Kind::none:
        break;
    }
    co_return Error{Errc::invalidInput, "no secret is set here", place};
}

Result<Secret> secretOfPlatformFile(const std::filesystem::path& file)
{
    return secretOfFile(file, "file:" + file.string(), false);
}

std::optional<std::string> environmentVariable(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

} // namespace drover
