// SPDX-License-Identifier: Apache-2.0
#include "gui/AppSession.h"

#include "app/NewWorkspace.h"

#include <algorithm>

namespace drover::gui {
namespace {

constexpr int lookMs = 500;                 // at a migration that another process controls
constexpr Duration orderPatience = 15s;
constexpr Duration gatewayPatience = 20s;
constexpr Duration importTime = 30s;
constexpr Duration compareTime = 60s;
constexpr Duration scanTime = 1h;           // against a hanging file system; closing the dialog ends it sooner
constexpr Duration keyPatience = 5s;        // a fresh key needs to spread
constexpr double sandboxRate = 250;         // requests a second of the sandbox's clients
constexpr double sandboxStreams = 0.5;

std::string environmentName(decltype(app::Ports::config)::Environment environment)
{
    using Environment = decltype(app::Ports::config)::Environment;
    return environment == Environment::prod ? "prod" : environment == Environment::stage ? "stage" : "dev";
}

} // namespace

struct AppSession::Watcher final : Subscription {
    Watcher(AppSession& session, std::function<void(const MigrationNews&)> call)
        : home(session), callback(std::move(call))
    {
        home.watchers_.push_back(this);
    }
    ~Watcher() override { home.watchers_.remove(this); }

    AppSession& home;
    std::function<void(const MigrationNews&)> callback;
};

AppSession::AppSession(app::Machine& machine, std::unique_ptr<app::OpenWorkspace> workspace)
    : machine_(machine), workspace_(std::move(workspace)), ports_(workspace_->ports()), service_(ports_), keyService_(ports_), imports_(ports_), drifts_(ports_), pruning_(ports_),
      scanner_(ports_, machine_.trees),
      gatewayService_(ports_, machine_.processes), latency_(ports_), usage_(ports_), cutover_(ports_), tokens_(ports_), consents_(ports_),
      config_(ports_), controller_(ports_), rotation_(ports_), revocation_(ports_)
{
    readFacts(ports_.config);
    controller_.onStatus([this](const app::MigrationStatus& status) { learn(status); });
    timer_.setInterval(lookMs);
    timer_.callOnTimeout(&timer_, [this] { look(); });
    timer_.start();
    look();
}

AppSession::~AppSession() { controller_.onStatus({}); }

template <class Config>
void AppSession::readFacts(const Config& config)
{
    facts_.id = config.id;
    facts_.name = config.name;
    facts_.folder = ports_.folder.string();
    facts_.environment = environmentName(config.environment);
    facts_.sandbox = config.sandbox;
    facts_.secrets = ports_.secrets.kind();
    facts_.browserLogin = ports_.secrets.browserLogin() != nullptr;
    facts_.policy = config.policy;
    facts_.listen = config.gateway.listen;
    facts_.adminListen = config.gateway.adminListen;
    facts_.targets.clear();
    for (const auto& [name, target] : config.targets)
        facts_.targets.push_back({name, target.openai, target.anthropic, {target.regions.begin(), target.regions.end()}, target.priceBook});
}

void AppSession::look()
{
    if (controlling() || looking_.running() || watchers_.empty())
        return;
    looking_ = Pending{service_.status(machine_.workspaces.controller(ports_.folder)), [this](Result<app::MigrationStatus> status) {
                           if (status.has_value())
                               return learn(std::move(*status));
                           news_.trouble = status.error();
                           tell();
                       }};
}

void AppSession::learn(app::MigrationStatus status)
{
    news_.status = std::move(status);
    news_.asOf = machine_.clock.now();
    news_.trouble.reset();
    if (begun_ && news_.status.phase != Phase::idle) {
        news_.ended.reset();
        std::exchange(begun_, {})(Result<void>{});
    }
    // Whoever took it over, or rolled it back: what ended our run is history.
    if (!controlling() && (!news_.running() || !news_.status.controller.empty()))
        news_.ended.reset();
    tell();
}

void AppSession::tell()
{
    news_.controlled = controlling();
    const auto all = watchers_;
    for (auto* watcher : all)
        if (std::find(watchers_.begin(), watchers_.end(), watcher) != watchers_.end())
            watcher->callback(news_);
}

std::unique_ptr<Subscription> AppSession::watch(std::function<void(const MigrationNews&)> callback)
{
    auto watcher = std::make_unique<Watcher>(*this, std::move(callback));
    looking_.cancel();
    QMetaObject::invokeMethod(&timer_, [this] { look(); }, Qt::QueuedConnection);
    return watcher;
}

// The last run says done or rolled back before every gateway has acknowledged it; it is ours, and soon over.
Task<void> AppSession::lastRunOver()
{
    while (run_.running() && isFinal(news_.status.phase)) {
        Later<bool>::Start wait = [this](Later<bool>::Resolve resolve) {
            ended_ = std::move(resolve);
            return std::shared_ptr<void>{};
        };
        Later<bool> ended{std::move(wait)};
        co_await ended;
    }
}

Task<Result<void>> AppSession::control(Task<Result<Phase>> run)
{
    co_await lastRunOver();
    if (rotation_.here()) // whose lock would be said to be another's
        co_return Error{Errc::busy, "this console rotates a key: a migration goes on when that has ended, or was stopped", {}};
    Result<std::unique_ptr<Subscription>> lock = machine_.workspaces.lockController(ports_.folder);
    if (!lock.has_value())
        co_return std::move(lock).error();
    lock_ = std::move(*lock);
    looking_.cancel();
    Later<Result<void>>::Start begin = [this, &run](Later<Result<void>>::Resolve resolve) {
        begun_ = std::move(resolve);
        run_ = Pending{std::move(run), [this](Result<Phase> end) { runOver(end); }};
        return std::shared_ptr<void>{};
    };
    Later<Result<void>> begun{std::move(begin)};
    co_return co_await begun;
}

void AppSession::runOver(const Result<Phase>& end)
{
    lock_.reset();
    // Told to whoever gave the order where it never began; to everybody who watches where it ended under way.
    if (begun_)
        std::exchange(begun_, {})(end.has_value() ? Result<void>{} : Result<void>{end.error()});
    else if (!end.has_value())
        news_.ended = end.error();
    tell();
    look();
    if (ended_) // last: whoever waited begins a run of their own
        std::exchange(ended_, {})(true);
}

Task<Result<void>> AppSession::start(StartRequest request)
{
    DROVER_CO_TRY(MigrationPolicy chosen, ports_.policy(request.policy));
    app::Controller::StartOptions options;
    options.policy = std::move(chosen);
    options.legacy = request.legacy;
    options.target = request.target;
    options.reason = request.reason.empty() ? "started in the console" : request.reason;
    co_return co_await control(controller_.start(std::move(options)));
}

Task<Result<void>> AppSession::resumeHere(std::string reason) { co_return co_await control(controller_.resume(std::move(reason))); }

Task<Result<void>> AppSession::order(OrderVerb verb, std::string reason)
{
    // In this process a controller takes orders at once; rollback writes the document itself, controller or not.
    if (controlling() && verb != OrderVerb::rollback)
        co_return controller_.order(verb, ports_.actor, reason);
    const std::string holder = machine_.workspaces.controller(ports_.folder);
    if (verb == OrderVerb::resume && holder.empty())
        co_return co_await resumeHere(std::move(reason));
    co_return co_await service_.order(verb, std::move(reason), holder, Deadline::in(machine_.clock, orderPatience));
}

Task<Result<MigrationPolicy>> AppSession::policy(std::string name) { co_return ports_.policy(name); }

Task<Result<std::optional<app::Consent>>> AppSession::consent(std::string target)
{
    co_return co_await consents_.given(std::move(target));
}

Task<Result<void>> AppSession::giveConsent(std::string target, std::string reason)
{
    co_return co_await consents_.give(std::move(target), std::move(reason));
}

Task<Result<std::vector<app::KeyRow>>> AppSession::list() { co_return co_await keyService_.list(); }

Task<Result<app::KeyAdded>> AppSession::add(app::KeyAddition addition, Secret key)
{
    co_return co_await keyService_.add(std::move(addition), std::move(key));
}

Task<Result<app::KeyProof>> AppSession::verify(std::string id)
{
    DROVER_CO_TRY(app::KeyProof proof, co_await keyService_.verify(std::move(id), keyPatience));
    if (proof.proven) {
        DROVER_CO_CHECK(co_await keyService_.publish());
    }
    co_return proof;
}

Task<Result<app::KeyHarvest>> AppSession::look(app::KeySource source)
{
    co_return co_await imports_.look(std::move(source), Deadline::in(machine_.clock, importTime));
}

Task<Result<std::vector<app::KeyTaken>>> AppSession::take(std::vector<app::KeyCandidate> chosen)
{
    co_return co_await imports_.take(std::move(chosen));
}

Task<Result<Secret>> AppSession::reveal(std::string id, std::string typed)
{
    co_return co_await keyService_.reveal(std::move(id), std::move(typed));
}

Task<Result<void>> AppSession::revoke(std::string id, std::string reason)
{
    co_return co_await revocation_.revoke(std::move(id), std::move(reason));
}

Task<Result<app::KeyDriftReport>> AppSession::drift() { co_return co_await drifts_.compare(Deadline::in(machine_.clock, compareTime)); }

Task<Result<app::PrunePreview>> AppSession::prunePreview() { co_return co_await pruning_.preview(); }

Task<Result<app::PruneDone>> AppSession::prune(app::PrunePreview seen) { co_return co_await pruning_.prune(std::move(seen)); }

Task<Result<app::KeyScanReport>> AppSession::scan(std::filesystem::path place, bool history)
{
    std::vector<std::filesystem::path> places;
    places.push_back(std::move(place));
    co_return co_await scanner_.scan(std::move(places), history, Deadline::in(machine_.clock, scanTime));
}

Task<Result<std::vector<app::GatewayStatus>>> AppSession::status() { co_return co_await gatewayService_.status(); }

Task<Result<void>> AppSession::start()
{
    GatewayStart options;
    options.workspace = ports_.folder;
    // A production gateway must not end because a window was closed.
    options.outlives = !facts_.sandbox;
    DROVER_CO_TRY(Started<GatewayProcess> started, co_await gatewayService_.start(std::move(options)));
    if (started.child)
        keep(std::move(started.child));
    co_return Result<void>{};
}

Task<Result<void>> AppSession::stop(std::string id)
{
    DROVER_CO_TRY(const std::vector<std::string> stopped, co_await gatewayService_.stop(std::move(id)));
    co_return stopped.empty() ? Result<void>{Error{Errc::notFound, "no such gateway is running", {}}} : Result<void>{};
}

Task<Result<std::vector<ClientToken>>> AppSession::tokens() { co_return co_await tokens_.list(); }

Task<Result<Secret>> AppSession::createToken(app::TokenRequest request)
{
    DROVER_CO_TRY(app::TokenCreated created, co_await tokens_.create(std::move(request)));
    co_return std::move(created.token);
}

Task<Result<void>> AppSession::revokeToken(std::string name) { co_return co_await tokens_.revoke(std::move(name)); }

Task<Result<std::vector<ChartPoint>>> AppSession::series(WallTime from, std::uint32_t points)
{
    co_return co_await latency_.series(from, points);
}

Task<Result<std::vector<ChartPoint>>> AppSession::recent(Duration window) { co_return co_await latency_.recent(window); }

Task<Result<CostFacts>> AppSession::costs() { co_return co_await usage_.costs(); }

Task<Result<std::optional<CutoverComparison>>> AppSession::cutover() { co_return co_await cutover_.latest(); }

Task<Result<void>> AppSession::set(std::string key, std::string value)
{
    DROVER_CO_CHECK(co_await config_.set(std::move(key), std::move(value)));
    // What the file says now; what runs keeps what it was started with.
    const auto written = machine_.workspaces.settings(ports_.folder);
    if (written.has_value())
        readFacts(*written);
    co_return Result<void>{};
}

Task<Result<std::vector<app::ConfigService::Finding>>> AppSession::check() { co_return co_await config_.check(); }
Task<Result<app::SecretsService::Login>> AppSession::logIn(std::function<void(const std::string& address)> show)
{
    app::SecretsService secrets{ports_};
    co_return co_await secrets.logIn(std::move(show), false); // without a keychain it is good for as long as the console is open
}

Task<Result<void>> AppSession::startLoad(std::string gatewayUrl, Secret token, std::optional<std::uint64_t> seed)
{
    LoadStart load;
    load.trace = machine_.trace;
    load.target = gatewayUrl + "/v1";
    load.rate = sandboxRate;
    load.streamShare = sandboxStreams;
    load.seed = seed;
    DROVER_CO_TRY(std::unique_ptr<Child> child,
                  co_await machine_.processes.load(std::move(load), std::move(token), Deadline::in(machine_.clock, gatewayPatience)));
    keep(std::move(child));
    co_return Result<void>{};
}

std::filesystem::path AppWorkplace::defaultFolder() const { return machine_.workspaces.defaultFolder("default"); }

bool AppWorkplace::exists(const std::filesystem::path& folder) const { return machine_.workspaces.exists(folder); }

Task<Result<std::unique_ptr<Session>>> AppWorkplace::open(std::filesystem::path folder)
{
    DROVER_CO_TRY(std::unique_ptr<app::OpenWorkspace> workspace, co_await machine_.workspaces.open(std::move(folder)));
    co_return std::unique_ptr<Session>(std::make_unique<AppSession>(machine_, std::move(workspace)));
}

Task<Result<std::unique_ptr<Session>>> AppWorkplace::create(WorkspaceWish wish)
{
    using Config = decltype(app::Ports::config);
    Config config = app::newWorkspaceConfig(wish.name);
    config.environment = wish.environment == "prod" ? Config::Environment::prod
        : wish.environment == "stage"               ? Config::Environment::stage
                                                    : Config::Environment::dev;
    app::aimTarget(config, "legacy", wish.legacy);
    app::aimTarget(config, "holysheep", wish.holysheep);
    DROVER_CO_TRY(config, app::withSettings(config, wish.store));
    // A person can log in by browser only where the workspace is: on its Settings page.
    if (!app::opensByBrowser(config)) {
        DROVER_CO_CHECK(co_await machine_.workspaces.checkStore(config));
    }
    const Result<Config> made = machine_.workspaces.create(wish.folder, config);
    if (!made.has_value())
        co_return made.error();
    co_return co_await open(wish.folder);
}

Task<Result<std::unique_ptr<Session>>> AppWorkplace::sandbox(std::function<void(std::string)> progress)
{
    app::SandboxSetup setup{machine_};
    setup.onProgress(std::move(progress));
    app::SandboxOptions options;
    options.folder = sandbox_.folder.empty() ? machine_.workspaces.defaultFolder("sandbox") : sandbox_.folder;
    options.scenario = sandbox_.scenario;
    options.seed = sandbox_.seed;
    DROVER_CO_TRY(app::RunningSandbox running, co_await setup.start(std::move(options)));
    auto session = std::make_unique<AppSession>(machine_, std::move(running.workspace));
    session->setSandboxControl(running.sandbox.info.control);
    session->keep(std::move(running.sandbox.child));
    session->keep(std::move(running.gateway.child));
    DROVER_CO_CHECK(co_await session->startLoad(running.gateway.info.listen, std::move(running.token), sandbox_.seed));
    co_return std::unique_ptr<Session>(std::move(session));
}

} // namespace drover::gui
