// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/BrowserLogin.h"

#include "protocol/vault/Login.h"
#include "protocol/vault/Oidc.h"
#include "services/VaultHttp.h"

#include <string>

namespace drover {

// As Vault's own client waits.
constexpr Duration loginPatience = 2min;

// The whole login by browser: listens, asks Vault where to send the person, shows that, waits for the browser to come back, and
// takes its code to Vault. The browser is told the end of it. Errors: as BrowserLogin::logIn.
Task<Result<vault::Granted>> oidcLogin(VaultHttp& http, vault::OidcFlow flow, std::string nameSpace, const Clock& clock,
                                       BrowserLogin::Show show, Duration patience = loginPatience);

} // namespace drover
