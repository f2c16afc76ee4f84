// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "protocol/config/WorkspaceConfig.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace drover {

// Turns references to secrets into secrets: secret:NAME by the workspace's store, env:NAME, file:PATH
// (relative to the workspace; refused where others than the owner can read it). A trailing newline is
// dropped.
class SecretRefs {
public:
    using Environment = std::function<std::optional<std::string>(const std::string& name)>;

    // `store` may be null: then secret: references are `unavailable`. It must outlive this object.
    SecretRefs(SecretStore* store, std::filesystem::path workspace, Environment environment);

    // Errors: notFound and invalidInput with the reference as `where`, forbidden (file open to others), and
    // those of the store.
    Task<Result<Secret>> resolve(SecretRef ref, Deadline deadline) const;

private:
    SecretStore* store_;
    std::filesystem::path workspace_;
    Environment environment_;
};

// A file whose rights a platform sets, as the token of a Kubernetes service account: others may be able to read it.
Result<Secret> secretOfPlatformFile(const std::filesystem::path& file);

// The process's environment.
std::optional<std::string> environmentVariable(const std::string& name);

} // namespace drover
