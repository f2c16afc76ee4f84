// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Result.h"
#include "domain/keys/SecretVersions.h"

#include <functional>
#include <map>
#include <string>

namespace drover {

// The versions of names in a store that has none of its own: no secret is in it. Several processes may use it. Errors: those of the
// database.
class SecretIndex {
public:
    virtual ~SecretIndex() = default;
    // Of every name that was ever known; one that was removed has no version.
    virtual Task<Result<std::map<std::string, SecretVersions>>> all() = 0;
    virtual Task<Result<SecretVersions>> find(std::string name) = 0;
    // Reads a name's versions, lets `change` work on them and keeps them, with no other writer in between. `change` is called in another
    // thread; an error of it leaves them as they were. Gives them as they stand then.
    using Change = std::function<Result<void>(SecretVersions& versions)>;
    virtual Task<Result<SecretVersions>> change(std::string name, Change change) = 0;
};

} // namespace drover
