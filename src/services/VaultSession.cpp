// SPDX-License-Identifier: Apache-2.0
#include "services/VaultSession.h"

#include "ports/Timer.h"
#include "protocol/routing/Base64.h"
#include "services/OidcLogin.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr Duration renewalDeadline = 15s;
constexpr Duration leastWait = 500ms;
constexpr Duration longestWait = 24h; // a timer holds 24 days
constexpr Duration turnLook = 2ms;
constexpr Duration keyringPatience = 2s; // where what is at stake is only what later programs find
constexpr const char* keptEntry = "vault-secret-id";
constexpr const char* keptMark = "wrapping_token";

// Tells one wrapping token from another, and nothing else of it.
std::string markOf(const Secret& wrapping)
{
    return wrapping.reveal([](std::string_view plain) { return toBase64Url(sha256(plain)).substr(0, 16); });
}

Error inSetting(std::string place, Error error)
{
    if (error.where.empty())
        error.where = std::move(place);
    return error;
}

constexpr const char* howToLogIn = "log in with `droverctl secrets login`, or in the console";

Error noLogin()
{
    return {Errc::unauthorized, std::string("nobody is logged in at Vault, or the login has ended: ") + howToLogIn, "vault.auth"};
}

} // namespace

VaultSession::VaultSession(VaultHttp& http, VaultAuth auth, std::string nameSpace, Credential credential,
                           std::shared_ptr<SecretStore> keep, const Clock& clock, Wait wait)
    : http_(http), auth_(std::move(auth)), nameSpace_(std::move(nameSpace)), credential_(std::move(credential)), keep_(std::move(keep)),
      kept_(keep_, clock), clock_(clock), wait_(std::move(wait))
{
    if (auth_.mount.empty())
        auth_.mount = vault::authName(auth_.method);
    kept_.setPlace(http_.address() + " " + nameSpace_ + " " + auth_.mount + " " + auth_.name);
}

Task<Result<VaultSession::Turn>> VaultSession::turn(Deadline deadline)
{
    const auto busy = busy_;
    while (*busy) {
        if (deadline.passed())
            co_return Error{Errc::timeout, "the login at Vault did not end in time", "vault"};
        auto waiting = delay(turnLook);
        co_await std::move(waiting);
    }
    *busy = true;
    co_return Turn{busy.get(), [busy](void*) { *busy = false; }};
}

bool VaultSession::due() const
{
    return endsAt_.has_value() && clock_.steady() >= renewAt_;
}

bool VaultSession::ended() const
{
    return endsAt_.has_value() && clock_.steady() >= *endsAt_;
}

void VaultSession::settle(Duration life, bool renewable)
{
    renewable_ = renewable;
    endsAt_ = life > Duration{0} ? std::optional{clock_.steady() + life} : std::nullopt;
    renewAt_ = clock_.steady() + life * 2 / 3;
}

void VaultSession::take(vault::Granted granted)
{
    token_ = std::move(granted.token);
    fullLife_ = granted.life;
    capped_ = false;
    settle(granted.life, granted.renewable);
    startKeepingAlive();
}

void VaultSession::startKeepingAlive()
{
    if (endsAt_.has_value() && !alive_.running())
        alive_ = Pending{keepAlive(), [] {}};
}

// A token of the settings: what it is good for is learnt beside the calls, which need not wait for it.
Task<Result<Secret>> VaultSession::given(Deadline deadline)
{
    auto asking = credential_(deadline);
    DROVER_CO_TRY(auto now, co_await std::move(asking));
    if (now.empty())
        co_return Error{Errc::unauthorized, "the Vault token is empty", "vault.token"};
    if (!token_.equals(now)) {
        token_ = std::move(now);
        endsAt_.reset();
        renewable_ = capped_ = false;
        alive_ = Pending{learnLife(), [] {}};
    } else if (due() && renewable_ && !ended()) {
        auto waiting = turn(deadline);
        DROVER_CO_TRY(const auto mine, co_await std::move(waiting));
        auto renewing = renew(deadline);
        static_cast<void>(co_await std::move(renewing)); // it still lives
    }
    co_return token_.duplicate();
}

Task<Result<Secret>> VaultSession::token(Deadline deadline)
{
    if (!logsIn()) {
        auto giving = given(deadline);
        co_return co_await std::move(giving);
    }
    if (!token_.empty() && !due())
        co_return token_.duplicate();
    auto waiting = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(waiting));
    if (token_.empty() || due()) { // nobody else has done it meanwhile
        bool renewed = false;
        if (!token_.empty() && !ended() && renewable_ && !capped_) {
            auto renewing = renew(deadline);
            const auto done = co_await std::move(renewing);
            renewed = done.has_value() && !capped_;
        }
        if (!renewed) {
            auto loggingIn = logIn(deadline);
            const auto done = co_await std::move(loggingIn);
            if (!done.has_value() && (token_.empty() || ended()))
                co_return done.error();
        }
    }
    co_return token_.duplicate();
}

Task<Result<bool>> VaultSession::replaced(Secret refused, Deadline deadline)
{
    if (!logsIn())
        co_return false; // token() has asked the settings just before
    auto waiting = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(waiting));
    if (!token_.equals(refused))
        co_return true;
    const auto request = vault::lookupSelfRequest(nameSpace_);
    auto looking = http_.send(request, refused.duplicate(), true, deadline);
    DROVER_CO_TRY(auto self, co_await std::move(looking));
    wipe(self.body); // it may hold the token
    if (self.status != 403)
        co_return false; // the token is good: a policy refused
    if (byBrowser()) {
        token_ = Secret{};
        endsAt_.reset();
        auto forgetting = kept_.forget(std::move(refused), deadline.sooner(keyringPatience));
        static_cast<void>(co_await std::move(forgetting)); // the next one to use it is told the same
    }
    auto loggingIn = logIn(deadline);
    DROVER_CO_CHECK(co_await std::move(loggingIn));
    co_return true;
}

Task<Result<void>> VaultSession::logIn(Deadline deadline)
{
    if (byBrowser()) {
        auto taking = takeKept(deadline);
        co_return co_await std::move(taking);
    }
    vault::Login login{auth_.method, auth_.mount, auth_.name, {}};
    if (auth_.name.empty()) {
        const bool appRole = auth_.method == vault::AuthMethod::appRole;
        const bool user = auth_.method == vault::AuthMethod::userpass;
        co_return Error{Errc::invalidInput, "the Vault login by " + std::string(vault::authName(auth_.method)) + " needs this setting",
                        appRole ? "vault.role_id" : user ? "vault.username" : "vault.role"};
    }
    if (auth_.wrapped) {
        auto unwrapping = secretId(deadline);
        DROVER_CO_TRY(login.secret, co_await std::move(unwrapping));
    } else {
        auto asking = credential_(deadline);
        DROVER_CO_TRY(login.secret, co_await std::move(asking));
    }
    const auto request = vault::loginRequest(login, nameSpace_);
    // Not again after a lost answer: a secret id may be good for one login alone.
    auto sending = http_.send(request, Secret{}, auth_.method != vault::AuthMethod::appRole, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    auto granted = vault::parseLogin(login, vaultReply(*response));
    wipe(response->body);
    if (!granted.has_value())
        co_return inSetting("vault.auth", std::move(granted).error());
    take(*std::move(granted));
    co_return Result<void>{};
}

Task<Result<void>> VaultSession::renew(Deadline deadline)
{
    const auto request = vault::renewSelfRequest(nameSpace_);
    auto sending = http_.send(request, token_.duplicate(), true, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    const auto life = vault::parseRenewSelf(vaultReply(*response));
    wipe(response->body);
    if (!life.has_value()) {
        // What is neither renewable nor known any more is not asked again.
        if (life.error().code == Errc::refused || life.error().code == Errc::unauthorized)
            renewable_ = false;
        co_return life.error();
    }
    capped_ = *life < fullLife_ / 2;
    if (*life > Duration{0}) // nothing is left of the most it may live: it ends when it would have
        settle(*life, true);
    if (byBrowser()) {
        auto noting = noteRenewal(deadline);
        co_await std::move(noting);
    }
    co_return Result<void>{};
}

Task<Result<BrowserLogin::Done>> VaultSession::logInByBrowser(BrowserLogin::Show show)
{
    vault::OidcFlow flow{auth_.mount, auth_.name, auth_.callbackPort, vault::freshNonce()};
    auto loggingIn = oidcLogin(http_, std::move(flow), nameSpace_, clock_, std::move(show));
    DROVER_CO_TRY(auto granted, co_await std::move(loggingIn));
    alive_.cancel(); // it waits for the end of another token
    take(std::move(granted));
    BrowserLogin::Done done;
    auto kept = current();
    done.until = kept.endsAt;
    auto keeping = kept_.write(std::move(kept), Deadline::in(clock_, renewalDeadline));
    const auto written = co_await std::move(keeping);
    if (!written.has_value())
        done.notKept = written.error();
    co_return done;
}

KeptVaultToken::Kept VaultSession::current() const
{
    KeptVaultToken::Kept kept;
    kept.granted = {token_.duplicate(), fullLife_, renewable_};
    if (endsAt_.has_value())
        kept.endsAt = clock_.now() + (*endsAt_ - clock_.steady());
    return kept;
}

// What a person's login has left for others, or a newer login than ours.
Task<Result<void>> VaultSession::takeKept(Deadline deadline)
{
    const bool lives = !token_.empty() && !ended();
    auto reading = kept_.read(lives ? deadline.sooner(keyringPatience) : deadline);
    auto found = co_await std::move(reading);
    if (!found.has_value()) {
        auto error = std::move(found).error();
        error.what = "a login at Vault is kept in the OS keychain, and that cannot be read: " + error.what + "; then " + howToLogIn +
                     ", or set VAULT_TOKEN for one run";
        co_return error;
    }
    if (!found->has_value())
        co_return noLogin();
    auto& kept = **found;
    const auto end = kept.endsAt ? std::optional{clock_.steady() + (*kept.endsAt - clock_.now())} : std::nullopt;
    const bool longer = endsAt_.has_value() && (!end.has_value() || *end > *endsAt_ + leastWait);
    if (token_.equals(kept.granted.token) && !longer)
        co_return noLogin();
    token_ = std::move(kept.granted.token);
    fullLife_ = kept.granted.life;
    capped_ = false;
    renewable_ = kept.granted.renewable;
    endsAt_ = end;
    renewAt_ = end ? *end - fullLife_ / 3 : clock_.steady();
    startKeepingAlive();
    if (due() && renewable_) {
        auto renewing = renew(deadline);
        static_cast<void>(co_await std::move(renewing)); // it still lives
    }
    co_return Result<void>{};
}

Task<void> VaultSession::noteRenewal(Deadline deadline)
{
    auto noting = kept_.note(current(), deadline.sooner(keyringPatience));
    static_cast<void>(co_await std::move(noting)); // others renew for themselves
}

// Renews, or logs in anew, in time also when nobody calls for hours. What fails is tried again as long as the token lives.
Task<void> VaultSession::keepAlive()
{
    while (endsAt_.has_value() && !ended()) {
        auto waiting = wait_(std::clamp<Duration>(renewAt_ - clock_.steady(), leastWait, longestWait));
        co_await std::move(waiting);
        if (!due())
            continue; // a call has done it meanwhile
        const auto deadline = Deadline::in(clock_, renewalDeadline);
        if (logsIn()) {
            auto asking = token(deadline);
            static_cast<void>(co_await std::move(asking));
        } else {
            if (!renewable_)
                co_return;
            auto taking = turn(deadline);
            const auto mine = co_await std::move(taking);
            if (!mine.has_value())
                continue;
            auto renewing = renew(deadline);
            static_cast<void>(co_await std::move(renewing));
        }
        if (endsAt_.has_value() && due())
            renewAt_ = clock_.steady() + std::max<Duration>((*endsAt_ - clock_.steady()) / 3, leastWait);
    }
}

Task<void> VaultSession::learnLife()
{
    const auto request = vault::lookupSelfRequest(nameSpace_);
    auto looking = http_.send(request, token_.duplicate(), true, Deadline::in(clock_, renewalDeadline));
    auto self = co_await std::move(looking);
    if (!self.has_value())
        co_return;
    const auto info = vault::parseLookupSelf(vaultReply(*self));
    wipe(self->body); // it holds the token
    if (!info.has_value())
        co_return;
    fullLife_ = info->ttl;
    settle(info->ttl, info->renewable);
    auto living = keepAlive();
    co_await std::move(living);
}

Task<Result<Secret>> VaultSession::secretId(Deadline deadline)
{
    auto asking = credential_(deadline);
    auto wrapping = co_await std::move(asking);
    // The file of a wrapping token may be gone once it was used.
    const bool gone = !wrapping.has_value() && wrapping.error().code == Errc::notFound;
    if (!wrapping.has_value() && !(gone && (keep_ != nullptr || !secretId_.empty())))
        co_return std::move(wrapping).error();
    const auto mark = gone ? std::string() : markOf(*wrapping);
    if (!secretId_.empty() && (gone || mark == secretIdMark_)) {
        if (keep_ != nullptr && !secretIdKept_) {
            auto keeping = keepSecretId(secretIdMark_, deadline);
            DROVER_CO_CHECK(co_await std::move(keeping));
        }
        co_return secretId_.duplicate();
    }
    if (keep_ != nullptr) {
        // Before the one use is spent: what cannot be kept would be lost.
        auto reading = keep_->read(keptEntry, deadline);
        auto kept = co_await std::move(reading);
        if (!kept.has_value() && kept.error().code != Errc::notFound) {
            auto error = std::move(kept).error();
            error.what = "an unwrapped secret id is kept in the OS keychain, and that cannot be read: " + error.what +
                         "; mend it, or set vault.keep_secret_id = \"memory\"";
            co_return error;
        }
        if (kept.has_value() && (gone || kept->notes[keptMark] == mark))
            co_return std::move(kept->value);
    }
    if (gone)
        co_return std::move(wrapping).error();
    auto unwrapping = unwrap(*std::move(wrapping), mark, deadline);
    co_return co_await std::move(unwrapping);
}

Task<Result<Secret>> VaultSession::unwrap(Secret wrapping, std::string mark, Deadline deadline)
{
    const auto lookup = vault::wrappingLookupRequest(wrapping, nameSpace_);
    auto looking = http_.send(lookup, Secret{}, true, deadline);
    DROVER_CO_TRY(const auto held, co_await std::move(looking));
    DROVER_CO_CHECK(vault::checkWrappedSecretId(vaultReply(held), auth_.mount));
    const auto request = vault::unwrapRequest(nameSpace_);
    auto sending = http_.send(request, std::move(wrapping), false, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value()) {
        auto error = std::move(response).error();
        error.what += "; if the next try says that the wrapping token was already used, its answer was lost: make a new one";
        co_return error;
    }
    auto found = vault::parseUnwrapped(vaultReply(*response));
    wipe(response->body);
    if (!found.has_value())
        co_return std::move(found).error();
    secretId_ = *std::move(found);
    secretIdMark_ = mark;
    secretIdKept_ = false;
    if (keep_ != nullptr) {
        auto keeping = keepSecretId(mark, deadline);
        DROVER_CO_CHECK(co_await std::move(keeping));
    }
    co_return secretId_.duplicate();
}

Task<Result<void>> VaultSession::keepSecretId(std::string mark, Deadline deadline)
{
    auto reading = keep_->read(keptEntry, deadline);
    const auto before = co_await std::move(reading);
    StoredSecret entry;
    entry.value = secretId_.duplicate();
    entry.notes = {{keptMark, mark}};
    auto writing = keep_->write(keptEntry, std::move(entry), before.has_value() ? before->version : 0, deadline);
    const auto written = co_await std::move(writing);
    if (!written.has_value()) {
        auto error = written.error();
        error.what = "the secret id was unwrapped, but the OS keychain does not take it, so it ends with this program: " + error.what;
        co_return error;
    }
    secretIdKept_ = true;
    co_return Result<void>{};
}

} // namespace drover
