// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>

#include "app/CutoverService.h"
#include "app/GatewayService.h"
#include "app/KeyDriftService.h"
#include "app/KeyImportService.h"
#include "app/KeyPruneService.h"
#include "app/KeyScanService.h"
#include "app/KeyService.h"
#include "app/Machine.h"
#include "app/MigrationService.h"
#include "app/Rotations.h"
#include "app/ScheduleService.h"
#include "app/SettingsService.h"
#include "app/TokenService.h"
#include "app/UsageService.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace drover::gui {

// What pages may ask of an open workspace. Split by page, so that a test fakes only what its page uses. Every answer
// is a Task: a page keeps it in a Pending member, and closing the page aborts it.

struct StartRequest {
    std::string policy; // "playbook", "rehearsal" or a file
    std::string legacy = "legacy";
    std::string target = "holysheep";
    std::string reason;
};

// What is known of the migration at one moment. Before the first answer nothing is, which is not "none has run".
struct MigrationNews {
    app::MigrationStatus status{};      // the latest that was read
    std::optional<WallTime> asOf{};     // when; nothing before the first answer
    std::optional<Error> trouble{};     // why there is no newer one
    std::optional<Error> ended{};       // what ended the run of this console before its time, until another begins
    bool controlled = false;            // this console is the controller: without it nobody renews the lease

    bool known() const { return asOf.has_value(); }
    bool running() const { return known() && !status.id.empty() && status.phase != Phase::idle && !isFinal(status.phase); }
    bool leaseExpired() const { return status.lease && status.lease->expired; }
};

class MigrationDesk {
public:
    virtual ~MigrationDesk() = default;
    // Called on every change until the owner is gone; soon after the call with what is known.
    virtual std::unique_ptr<Subscription> watch(std::function<void(const MigrationNews&)> callback) = 0;
    virtual Task<Result<void>> order(OrderVerb verb, std::string reason) = 0;
    // Ends when the migration has begun, not when it is over: watch() tells the rest.
    virtual Task<Result<void>> start(StartRequest request) = 0;
    virtual Task<Result<MigrationPolicy>> policy(std::string name) = 0;
    // Nothing where prompts may not go there yet; a sandbox needs no consent and says "sandbox".
    virtual Task<Result<std::optional<app::Consent>>> consent(std::string target) = 0;
    virtual Task<Result<void>> giveConsent(std::string target, std::string reason) = 0;
};

class KeyDesk {
public:
    virtual ~KeyDesk() = default;
    // Of the workspace, the one that keys are added for most often first.
    virtual std::vector<std::string> targets() const = 0;
    virtual Task<Result<std::vector<app::KeyRow>>> list() = 0;
    virtual Task<Result<app::KeyAdded>> add(app::KeyAddition addition, Secret key) = 0;
    // Proves the stored copy and, once proven, hands it to the gateways.
    virtual Task<Result<app::KeyProof>> verify(std::string id) = 0;
    // What may be a key in a source; nothing is written. What was chosen of it is stored by take(), one by one.
    virtual Task<Result<app::KeyHarvest>> look(app::KeySource source) = 0;
    virtual Task<Result<std::vector<app::KeyTaken>>> take(std::vector<app::KeyCandidate> chosen) = 0;
    // The key itself, once `typed` is its name. The audit has who saw it before anybody does. Errors: refused.
    virtual Task<Result<Secret>> reveal(std::string id, std::string typed) = 0;
    // Ends the key at its provider. It goes on where nobody waits for it; asked again for the same key, its end is waited for.
    // Errors: refused (in use, or the last one), busy (another one is being revoked), those of the provider.
    virtual Task<Result<void>> revoke(std::string id, std::string reason) = 0;
    // The key that is being revoked here, "" for none.
    virtual std::string revoking() const = 0;
    // Where inventory, store, gateways and providers differ. Changes nothing.
    virtual Task<Result<app::KeyDriftReport>> drift() = 0;
    // Which ended keys would be forgotten; then exactly those.
    virtual Task<Result<app::PrunePreview>> prunePreview() = 0;
    virtual Task<Result<app::PruneDone>> prune(app::PrunePreview seen) = 0;
    // Looks for keys of the inventory, and for what looks like a provider's key, in files and folders.
    virtual Task<Result<app::KeyScanReport>> scan(std::filesystem::path place, bool history) = 0;
};

// What is known of the latest rotation at one moment.
struct RotationNews {
    std::optional<RotationPlan> plan{};          // nothing where no key was ever rotated
    bool here = false;                           // this console carries it out
    std::optional<Error> ended{};                // what ended the run of this console before its time, until another begins
    std::string held{};                          // why no key may change now, "" where one may
    std::optional<app::ScheduleView> schedule{};
    std::optional<Error> scheduleTrouble{};      // why there is none
    std::string dashboard{};                     // where a person makes and ends keys of the target, while one is waited for
    std::string refusal{};                       // why the key that was pasted last was not taken

    bool open() const { return plan && plan->outcome() == "none"; }
    // Until when it only lets its overlap pass, with nobody needed for it.
    std::optional<WallTime> restsUntil() const { return open() && !here ? app::restsUntil(*plan) : std::nullopt; }
};

// A rotation that was begun and has not ended.
struct OpenRotation {
    RotationPlan plan;
    bool here = false; // this console carries it out
};

class RotationDesk {
public:
    virtual ~RotationDesk() = default;
    virtual std::vector<std::string> targets() const = 0; // as KeyDesk::targets()
    // Of every target, the newest first. Errors: those of the journal.
    virtual Task<Result<std::vector<OpenRotation>>> open() = 0;
    // The target's latest rotation, or the one that this console carries out, of whatever target.
    virtual Task<Result<RotationNews>> news(std::string target) = 0;
    // Begins a rotation of the target's key in this console, or goes on with its one that has not ended.
    // Ends when it is under way, which goes on where nobody waits for it: news() tells the rest. Errors: busy (another controller),
    // those of the store; cancelled (stopHere).
    virtual Task<Result<void>> rotate(std::string target) = 0;
    // Goes on with a rotation that waits for a key, with one that a person made on the provider's dashboard. What is wrong with it
    // comes with news(); the rotation waits on then.
    virtual Task<Result<void>> paste(std::string target, Secret key) = 0;
    // Waits no longer for what a person was to do: the rotation goes back.
    virtual Task<Result<void>> giveUp(std::string target) = 0;
    // Whether this console carries one out, or is about to.
    virtual bool here() const = 0;
    // Ends the run here as a kill would: the journal has everything, and whoever goes on with it loses nothing.
    virtual void stopHere() = 0;
    // "02:00", five fields as in crontab (UTC), "off", or "policy". Errors: invalidInput with the arithmetic.
    virtual Task<Result<void>> schedule(std::string when) = 0;
};

class GatewayDesk {
public:
    virtual ~GatewayDesk() = default;
    virtual Task<Result<std::vector<app::GatewayStatus>>> status() = 0;
    virtual Task<Result<void>> start() = 0;
    virtual Task<Result<void>> stop(std::string id) = 0;
    virtual Task<Result<std::vector<ClientToken>>> tokens() = 0;
    virtual Task<Result<Secret>> createToken(app::TokenRequest request) = 0;
    virtual Task<Result<void>> revokeToken(std::string name) = 0;
};

class InsightDesk {
public:
    virtual ~InsightDesk() = default;
    virtual Task<Result<std::vector<ChartPoint>>> series(WallTime from, std::uint32_t points) = 0;
    // What the latest `window` merges to: at most one point a target.
    virtual Task<Result<std::vector<ChartPoint>>> recent(Duration window) = 0;
    virtual Task<Result<CostFacts>> costs() = 0;
    // The traffic on both sides of the latest migration's cutover; nothing where it has not come to one.
    virtual Task<Result<std::optional<CutoverComparison>>> cutover() = 0;
};

struct TargetFacts {
    std::string name;
    std::string openai;
    std::string anthropic;
    std::vector<std::pair<std::string, std::string>> regions;
    std::string priceBook;
};
struct WorkspaceFacts {
    std::string id;
    std::string name;
    std::string folder;
    std::string environment; // dev, stage, prod
    bool sandbox = false;
    std::string sandboxControl; // URL of the sandbox that runs for it, "" where none does
    std::string secrets;     // keychain, vault
    bool browserLogin = false; // a person logs in at the store
    std::string policy;
    std::string listen, adminListen;
    std::vector<TargetFacts> targets;

    bool isProduction() const { return environment == "prod"; }
};

class SettingsDesk {
public:
    virtual ~SettingsDesk() = default;
    virtual const WorkspaceFacts& facts() const = 0; // as the settings stand, from the next start of a program on
    virtual Task<Result<void>> set(std::string key, std::string value) = 0;
    virtual Task<Result<std::vector<app::ConfigService::Finding>>> check() = 0;
    // A person logs in at the secret store by browser, which `show` opens; cancelled with its task.
    virtual Task<Result<app::SecretsService::Login>> logIn(std::function<void(const std::string& address)> show) = 0;
};

class Session {
public:
    virtual ~Session() = default;
    virtual const Clock& clock() const = 0;
    virtual MigrationDesk& migration() = 0;
    virtual KeyDesk& keys() = 0;
    virtual RotationDesk& rotation() = 0;
    virtual GatewayDesk& gateways() = 0;
    virtual InsightDesk& insight() = 0;
    virtual SettingsDesk& settings() = 0;
};

// Where sessions come from: the first page a person sees asks this.
struct WorkspaceWish {
    std::filesystem::path folder;
    std::string name;
    std::string environment = "dev";
    // How drover.toml is to say where secrets lie, by dotted key ("vault.address"); none for the OS keychain.
    std::vector<std::pair<std::string, std::string>> store = {};
    std::string legacy;    // base URLs
    std::string holysheep;
};
class Workplace {
public:
    virtual ~Workplace() = default;
    virtual std::filesystem::path defaultFolder() const = 0;
    virtual bool exists(const std::filesystem::path& folder) const = 0;
    virtual Task<Result<std::unique_ptr<Session>>> open(std::filesystem::path folder) = 0;
    virtual Task<Result<std::unique_ptr<Session>>> create(WorkspaceWish wish) = 0;
    // Sandbox, gateway and load of their own; `progress` gets a line for each thing done.
    virtual Task<Result<std::unique_ptr<Session>>> sandbox(std::function<void(std::string)> progress) = 0;
};

inline QString text(const std::string& utf8) { return QString::fromStdString(utf8); }
inline QString text(std::string_view utf8) { return QString::fromUtf8(utf8.data(), qsizetype(utf8.size())); }

} // namespace drover::gui
