// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>
#include <qt6keychain/keychain.h>

#include "base/Clock.h"
#include "base/Result.h"
#include "base/Secret.h"
#include "ports/Task.h"

#include <memory>
#include <optional>
#include <string>

namespace drover {

// QtKeychain's jobs as tasks. A job that is given up goes on by itself until the keyring answers: libsecret
// would call back into a job that was destroyed. Errors: notFound, forbidden, locked, unavailable.
struct KeychainAnswer {
    QKeychain::Error error = QKeychain::NoError;
    QString text; // the error's
    Secret value; // of a read
};
Task<KeychainAnswer> readKeychain(QString service, QString key);
Task<KeychainAnswer> writeKeychain(QString service, QString key, std::shared_ptr<Secret> value);
Task<KeychainAnswer> removeKeychain(QString service, QString key);
Error keychainError(const KeychainAnswer& answer, const std::string& name);

} // namespace drover
