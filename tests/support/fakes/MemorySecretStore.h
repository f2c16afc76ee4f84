// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "support/fakes/Faults.h"

#include <algorithm>

namespace drover::test {

class MemorySecretStore final : public SecretStore {
public:
    Faults faults; // check, read, write, list, remove
    std::string name = "memory";

    std::string kind() const override { return name; }
    Task<Result<void>> check(Deadline) override
    {
        if (auto error = faults.next("check"))
            co_return *error;
        co_return Result<void>{};
    }
    Task<Result<StoredSecret>> read(std::string entry, Deadline deadline) override
    {
        longestRead = std::max(longestRead, deadline.left());
        if (auto error = faults.next("read", entry))
            co_return *error;
        const auto found = entries.find(entry);
        if (found == entries.end())
            co_return Error{Errc::notFound, "no entry " + entry, name};
        co_return copyOf(found->second);
    }
    Task<Result<std::uint64_t>> write(std::string entry, StoredSecret secret, std::uint64_t expected, Deadline) override
    {
        if (auto error = faults.next("write", entry))
            co_return *error;
        const auto found = entries.find(entry);
        const std::uint64_t version = found == entries.end() ? 0 : found->second.version;
        if (version != expected)
            co_return Error{Errc::conflict, entry + " is at version " + std::to_string(version), name};
        secret.version = version + 1;
        entries[entry] = std::move(secret);
        co_return version + 1;
    }
    Task<Result<std::vector<std::string>>> list(Deadline) override
    {
        if (auto error = faults.next("list"))
            co_return *error;
        std::vector<std::string> names;
        for (const auto& [entry, secret] : entries)
            names.push_back(entry);
        co_return names;
    }
    Task<Result<void>> remove(std::string entry, Deadline) override
    {
        if (auto error = faults.next("remove", entry))
            co_return *error;
        entries.erase(entry);
        co_return Result<void>{};
    }

    BrowserLogin* browserLogin() override { return login; }

    std::map<std::string, StoredSecret> entries;
    Duration longestRead{}; // what the calls would have waited
    BrowserLogin* login = nullptr; // a person's, where the test has one

private:
    static StoredSecret copyOf(const StoredSecret& secret)
    {
        return {secret.value.duplicate(), secret.notes, secret.version};
    }
};

} // namespace drover::test
