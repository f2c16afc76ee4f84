// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTimer>

#include "gui/KeyRevocation.h"
#include "gui/KeyRotation.h"
#include "gui/Session.h"

#include "app/Controller.h"
#include "app/LatencyService.h"
#include "app/SandboxSetup.h"

#include <list>
#include <memory>
#include <vector>

namespace drover::gui {

// A real workspace behind the pages: the use cases of app/, with the controller in this process while a migration
// that was started or resumed here runs. Destroying it stops the run as a kill would: the journal has everything.
class AppSession final : public Session,
                         private MigrationDesk,
                         private KeyDesk,
                         private GatewayDesk,
                         private InsightDesk,
                         private SettingsDesk {
public:
    AppSession(app::Machine& machine, std::unique_ptr<app::OpenWorkspace> workspace);
    ~AppSession() override;

    // Programs that live as long as the session: the sandbox, its gateway, its load.
    void keep(std::unique_ptr<Child> child) { children_.push_back(std::move(child)); }
    void setSandboxControl(std::string url) { facts_.sandboxControl = std::move(url); }
    Task<Result<void>> startLoad(std::string gatewayUrl, Secret token, std::optional<std::uint64_t> seed);

    const Clock& clock() const override { return machine_.clock; }
    MigrationDesk& migration() override { return *this; }
    KeyDesk& keys() override { return *this; }
    RotationDesk& rotation() override { return rotation_; }
    GatewayDesk& gateways() override { return *this; }
    InsightDesk& insight() override { return *this; }
    SettingsDesk& settings() override { return *this; }

private:
    struct Watcher;

    std::unique_ptr<Subscription> watch(std::function<void(const MigrationNews&)> callback) override;
    Task<Result<void>> order(OrderVerb verb, std::string reason) override;
    Task<Result<void>> start(StartRequest request) override;
    Task<Result<MigrationPolicy>> policy(std::string name) override;
    Task<Result<std::optional<app::Consent>>> consent(std::string target) override;
    Task<Result<void>> giveConsent(std::string target, std::string reason) override;

    std::vector<std::string> targets() const override { return rotation_.targets(); }
    Task<Result<std::vector<app::KeyRow>>> list() override;
    Task<Result<app::KeyAdded>> add(app::KeyAddition addition, Secret key) override;
    Task<Result<app::KeyProof>> verify(std::string id) override;
    Task<Result<app::KeyHarvest>> look(app::KeySource source) override;
    Task<Result<std::vector<app::KeyTaken>>> take(std::vector<app::KeyCandidate> chosen) override;
    Task<Result<Secret>> reveal(std::string id, std::string typed) override;
    Task<Result<void>> revoke(std::string id, std::string reason) override;
    std::string revoking() const override { return revocation_.underWay(); }
    Task<Result<app::KeyDriftReport>> drift() override;
    Task<Result<app::PrunePreview>> prunePreview() override;
    Task<Result<app::PruneDone>> prune(app::PrunePreview seen) override;
    Task<Result<app::KeyScanReport>> scan(std::filesystem::path place, bool history) override;

    Task<Result<std::vector<app::GatewayStatus>>> status() override;
    Task<Result<void>> start() override;
    Task<Result<void>> stop(std::string id) override;
    Task<Result<std::vector<ClientToken>>> tokens() override;
    Task<Result<Secret>> createToken(app::TokenRequest request) override;
    Task<Result<void>> revokeToken(std::string name) override;

    Task<Result<std::vector<ChartPoint>>> series(WallTime from, std::uint32_t points) override;
    Task<Result<std::vector<ChartPoint>>> recent(Duration window) override;
    Task<Result<CostFacts>> costs() override;
    Task<Result<std::optional<CutoverComparison>>> cutover() override;

    const WorkspaceFacts& facts() const override { return facts_; }
    Task<Result<void>> set(std::string key, std::string value) override;
    Task<Result<std::vector<app::ConfigService::Finding>>> check() override;
    Task<Result<app::SecretsService::Login>> logIn(std::function<void(const std::string& address)> show) override;

    template <class Config>
    void readFacts(const Config& config);
    void look();
    void learn(app::MigrationStatus status);
    void tell();
    Task<void> lastRunOver();
    // Runs the task as this process's controller and gives once it is under way, or why it is not.
    Task<Result<void>> control(Task<Result<Phase>> run);
    Task<Result<void>> resumeHere(std::string reason);
    void runOver(const Result<Phase>& end);
    bool controlling() const { return run_.running(); }

    app::Machine& machine_;
    std::unique_ptr<app::OpenWorkspace> workspace_;
    app::Ports& ports_;
    std::vector<std::unique_ptr<Child>> children_;
    WorkspaceFacts facts_;
    app::MigrationService service_;
    app::KeyService keyService_;
    app::KeyImportService imports_;
    app::KeyDriftService drifts_;
    app::KeyPruneService pruning_;
    app::KeyScanService scanner_;
    app::GatewayService gatewayService_;
    app::LatencyService latency_;
    app::UsageService usage_;
    app::CutoverService cutover_;
    app::TokenService tokens_;
    app::ConsentService consents_;
    app::ConfigService config_;
    std::list<Watcher*> watchers_;
    MigrationNews news_;
    std::function<void(bool)> ended_;         // waits for the end of a run that has said its last word
    std::function<void(Result<void>)> begun_; // waits for the run's first status, or its early end
    QTimer timer_;
    std::unique_ptr<Subscription> lock_;      // controller.lock, while the controller runs here
    app::Controller controller_;
    KeyRotation rotation_;
    KeyRevocation revocation_;
    Pending looking_;
    Pending run_;                             // last: the run ends before what it stands on
};

// The machine's workspaces, for the welcome page.
class AppWorkplace final : public Workplace {
public:
    explicit AppWorkplace(app::Machine& machine) : machine_(machine) {}

    std::filesystem::path defaultFolder() const override;
    bool exists(const std::filesystem::path& folder) const override;
    Task<Result<std::unique_ptr<Session>>> open(std::filesystem::path folder) override;
    Task<Result<std::unique_ptr<Session>>> create(WorkspaceWish wish) override;
    Task<Result<std::unique_ptr<Session>>> sandbox(std::function<void(std::string)> progress) override;

    // Where the sandbox's workspace goes, and which scenario it plays.
    struct SandboxWish {
        std::filesystem::path folder;
        std::string scenario = "healthy";
        std::optional<std::uint64_t> seed; // of the providers and of the clients; by chance without one
    };
    void setSandbox(SandboxWish wish) { sandbox_ = std::move(wish); }

private:
    app::Machine& machine_;
    SandboxWish sandbox_;
};

} // namespace drover::gui
