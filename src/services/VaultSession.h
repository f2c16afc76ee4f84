// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/SecretStore.h"

#include "ports/BrowserLogin.h"
#include "protocol/vault/Login.h"
#include "services/KeptVaultToken.h"
#include "services/VaultHttp.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drover {

struct VaultAuth {
    vault::AuthMethod method = vault::AuthMethod::token;
    std::string mount;    // below auth/; empty: the method's own name
    std::string name;     // the role id, the user or the role
    bool wrapped = false; // the secret id comes in a wrapping token
    std::uint16_t callbackPort = 8250; // oidc
};

// The token of a store's calls: logs in by the method, renews the token from two thirds of its life on, for as long as the
// session lives, and logs in anew where a renewal no longer helps. One login at a time, whoever waits.
//
// A wrapping token works once, so a secret id taken out of one is kept in `keep`, with a mark of the wrapping token it came
// from: a later process finds it there, and a new wrapping token is unwrapped anew.
//
// By OIDC it is a person who logs in, when asked to. That token is kept in `keep` and renewed like any other; a session without
// one, or whose own has ended, looks there.
class VaultSession {
public:
    // The token, secret id, password or JWT of the settings. Asked before each use: a file that was replaced is taken up.
    using Credential = std::function<Task<Result<Secret>>(Deadline deadline)>;
    using Wait = std::function<Task<void>(Duration time)>;
    // `keep` may be null: an unwrapped secret id then ends with the session. The clock outlives the session.
    VaultSession(VaultHttp& http, VaultAuth auth, std::string nameSpace, Credential credential,
                 std::shared_ptr<SecretStore> keep, const Clock& clock, Wait wait);

    Task<Result<Secret>> token(Deadline deadline);
    // The token was refused (403): is there another one now? Asks Vault whether it is the token at all, since the texts of
    // a bad token and of a policy change between versions.
    Task<Result<bool>> replaced(Secret refused, Deadline deadline);

    // By OIDC; see BrowserLogin.
    bool byBrowser() const { return auth_.method == vault::AuthMethod::oidc; }
    Task<Result<BrowserLogin::Done>> logInByBrowser(BrowserLogin::Show show);
    Task<Result<void>> checkKeeping(Deadline deadline) { return kept_.check(deadline); }

private:
    using Turn = std::shared_ptr<void>;
    Task<Result<Turn>> turn(Deadline deadline);
    Task<Result<Secret>> given(Deadline deadline);
    Task<Result<void>> logIn(Deadline deadline);
    Task<Result<void>> renew(Deadline deadline);
    Task<void> keepAlive();
    Task<void> learnLife();
    Task<Result<Secret>> secretId(Deadline deadline);
    Task<Result<Secret>> unwrap(Secret wrapping, std::string mark, Deadline deadline);
    Task<Result<void>> takeKept(Deadline deadline);
    Task<void> noteRenewal(Deadline deadline);
    KeptVaultToken::Kept current() const;
    void startKeepingAlive();
    Task<Result<void>> keepSecretId(std::string mark, Deadline deadline);
    void take(vault::Granted granted);
    void settle(Duration life, bool renewable);
    bool due() const;
    bool ended() const;
    bool logsIn() const { return auth_.method != vault::AuthMethod::token; }

    VaultHttp& http_;
    VaultAuth auth_;
    std::string nameSpace_;
    Credential credential_;
    std::shared_ptr<SecretStore> keep_;
    KeptVaultToken kept_;
    const Clock& clock_;
    Wait wait_;

    Secret token_;
    Duration fullLife_{};               // what the token had at first
    std::optional<SteadyTime> endsAt_;  // none: never, or not known
    SteadyTime renewAt_{};
    bool renewable_ = false;
    bool capped_ = false;               // a renewal gave less than half of that

    Secret secretId_; // unwrapped
    std::string secretIdMark_;
    bool secretIdKept_ = false;
    std::shared_ptr<bool> busy_ = std::make_shared<bool>(false);
    Pending alive_;
};

} // namespace drover
