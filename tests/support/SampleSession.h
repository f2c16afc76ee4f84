// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Session.h"

#include "base/Ids.h"
#include "support/SampleRotation.h"

namespace drover::test {

using namespace drover::gui; // a session, seen from the pages

// A workspace in the middle of its canary, made of values alone, for the tests of pages. The same seed gives the same
// numbers.
class SampleSession : public Session,
                      public MigrationDesk,
                      public KeyDesk,
                      public GatewayDesk,
                      public InsightDesk,
                      public SettingsDesk {
public:
    explicit SampleSession(const Clock& clock);

    const Clock& clock() const override { return clock_; }
    MigrationDesk& migration() override { return *this; }
    KeyDesk& keys() override { return *this; }
    RotationDesk& rotation() override { return rotating; }
    GatewayDesk& gateways() override { return *this; }
    InsightDesk& insight() override { return *this; }
    SettingsDesk& settings() override { return *this; }

    std::unique_ptr<Subscription> watch(std::function<void(const MigrationNews&)> callback) override;
    Task<Result<void>> order(OrderVerb verb, std::string reason) override;
    Task<Result<void>> start(StartRequest request) override;
    Task<Result<MigrationPolicy>> policy(std::string name) override;
    Task<Result<std::optional<app::Consent>>> consent(std::string target) override;
    Task<Result<void>> giveConsent(std::string target, std::string reason) override;

    std::vector<std::string> targets() const override { return rotating.names; }
    Task<Result<std::vector<app::KeyRow>>> list() override;
    Task<Result<app::KeyAdded>> add(app::KeyAddition addition, Secret key) override;
    Task<Result<app::KeyProof>> verify(std::string id) override;
    Task<Result<app::KeyHarvest>> look(app::KeySource source) override;
    Task<Result<std::vector<app::KeyTaken>>> take(std::vector<app::KeyCandidate> chosen) override;
    Task<Result<Secret>> reveal(std::string id, std::string typed) override;
    Task<Result<void>> revoke(std::string id, std::string reason) override;
    std::string revoking() const override { return underRevocation; }
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

    // For tests: what the session shows.
    app::MigrationStatus current;
    std::vector<app::KeyRow> keyRows;
    std::vector<app::GatewayStatus> gatewayRows;
    std::vector<ClientToken> tokenRows;
    std::optional<CutoverComparison> comparison;
    WorkspaceFacts facts_;
    std::vector<std::pair<std::string, std::string>> saved; // by set()
    std::optional<CostFacts> costFacts;                     // instead of the sample's
    std::vector<std::pair<OrderVerb, std::string>> orders;  // with their reasons
    std::optional<Error> failOrders;                        // what every order answers
    std::optional<Error> failGateways;                      // and the gateways' list
    std::optional<Error> failKeys;                          // what the inventory answers
    SampleRotation rotating;
    app::SecretsService::Login login{"vault", {}, {}};       // what a person's login comes to
    app::KeyScanReport scanReport;
    app::KeyDriftReport driftReport;
    app::PrunePreview preview;
    std::optional<Error> failPrune;                            // after the first key
    std::vector<std::pair<std::filesystem::path, bool>> scans; // with or without history
    std::vector<std::pair<std::string, std::string>> revoked;  // with their reasons
    std::string underRevocation;                               // a key's id
    std::vector<std::string> revealed;                         // ids
    std::vector<app::KeySource> lookedAt;
    std::vector<std::pair<std::string, std::string>> taken;    // places and targets
    std::optional<Error> failTakes;                            // what becomes of every candidate
    std::optional<Error> failImport;                           // the whole of it
    bool takenKeys = true;                                     // every candidate came with its key
    bool emptyHarvest = false;
    std::optional<Error> trouble, ended;                    // of the news
    bool controlled = false;
    bool hangsAtStart = false;                              // of a migration
    int consentsGiven = 0;
    int starts = 0;                                         // gateways
    std::vector<std::string> stopped;
    MigrationNews news() const { return {current, clock_.now(), trouble, ended, controlled}; }
    void publish(); // tells the watchers of `current`

private:
    void fillStatus();
    void fillKeys();
    void fillGateways();

    struct Watchers;
    const Clock& clock_;
    std::shared_ptr<Watchers> watchers_;
};

// The policies as they ship, without a workspace's files.
MigrationPolicy samplePolicy(const std::string& name);

} // namespace drover::test
