// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "ports/WorkspaceFiles.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// Named secrets that settings refer to as secret:NAME.
class SecretsService {
public:
    explicit SecretsService(Ports& ports) : ports_(ports) {}
    // Errors: invalidInput (a reserved name: kek, state, production, a key's id; an empty value), those of the store.
    Task<Result<void>> set(std::string name, Secret value);
    Task<Result<std::vector<std::string>>> list(); // without keys and the store's own entries
    Task<Result<void>> erase(std::string name);

    struct Login {
        std::string store;
        std::optional<WallTime> until; // when it ends, unless it is renewed; nothing: never
        std::optional<Error> notKept;  // why it lives no longer than this program
    };
    // Does the store want a person to log in before it is of use?
    Task<bool> wantsLogin();
    // A person logs in at the store by browser: `show` opens the address, or says it. Audited. With `keep` a login that would end
    // with this program is not begun. Errors: refused where the store logs in by itself, and those of BrowserLogin.
    Task<Result<Login>> logIn(std::function<void(const std::string& address)> show, bool keep);

private:
    Ports& ports_;
};

// drover.toml, one dotted key at a time ("gateway.listen"). A change holds from the next start of each program.
class ConfigService {
public:
    explicit ConfigService(Ports& ports) : ports_(ports) {}
    Task<Result<std::string>> get(std::string key);
    // Checked as a whole before anything is written; audited.
    Task<Result<void>> set(std::string key, std::string value);
    struct Finding {
        bool isError = false;
        std::string where;
        std::string what;
        Errc code = Errc::invalidInput; // of an error
    };
    // What would keep a migration from starting or working: unknown settings, targets without addresses, a policy
    // that cannot be read, a store that does not answer, no live key, no client token, no gateway.
    Task<Result<std::vector<Finding>>> check();

private:
    Ports& ports_;
};

struct Consent {
    std::string by;
    WallTime at{};
};
// That prompts may go to a target: kept for the workspace, audited. Controller and ShadowReplay ask for it.
class ConsentService {
public:
    explicit ConsentService(Ports& ports) : ports_(ports) {}
    // Nothing where nobody ever agreed. In a sandbox workspace none is needed.
    Task<Result<std::optional<Consent>>> given(std::string target);
    Task<Result<void>> give(std::string target, std::string reason);
    // Errors: refused, with what to do, unless it was given or the workspace is a sandbox.
    Task<Result<void>> require(std::string target);

private:
    Ports& ports_;
};

} // namespace drover::app
