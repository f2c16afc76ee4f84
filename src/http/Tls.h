// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <memory>
#include <string>

namespace drover::http {

// The settings of one side of TLS. A client's always verifies the peer's certificate and name: there is no switch.
class TlsContext {
public:
    // Authorities: the system's, or those of `caFile` (PEM) alone. Errors: invalidInput.
    static Result<std::shared_ptr<TlsContext>> forClient(const std::string& caFile = {});
    // Certificate chain and private key, PEM. Errors: invalidInput.
    static Result<std::shared_ptr<TlsContext>> forServer(const std::string& certificateFile,
                                                         const std::string& keyFile);
    ~TlsContext();

    struct Impl;
    explicit TlsContext(std::unique_ptr<Impl> impl);
    Impl& impl() const { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

} // namespace drover::http
