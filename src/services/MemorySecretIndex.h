// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretIndex.h"

#include <map>
#include <string>

namespace drover {

// For one process and its life: where there is no drover.db (yet).
class MemorySecretIndex final : public SecretIndex {
public:
    Task<Result<std::map<std::string, SecretVersions>>> all() override { co_return kept_; }
    Task<Result<SecretVersions>> find(std::string name) override { co_return of(name); }
    Task<Result<SecretVersions>> change(std::string name, Change change) override
    {
        SecretVersions next = of(name);
        DROVER_CO_CHECK(change(next));
        kept_[name] = next;
        co_return next;
    }

private:
    SecretVersions of(const std::string& name) const
    {
        const auto found = kept_.find(name);
        return found == kept_.end() ? SecretVersions{} : found->second;
    }
    std::map<std::string, SecretVersions> kept_;
};

} // namespace drover
