// SPDX-License-Identifier: Apache-2.0
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "app/Answers.h"
#include "app/GateCheck.h"
#include "app/GatewayService.h"
#include "app/LatencyService.h"
#include "app/RoutingService.h"
#include "app/SettingsService.h"
#include "app/TokenService.h"
#include "app/UsageService.h"
#include "protocol/config/WorkspaceConfig.h"
#include "protocol/evidence/EvidenceLine.h"
#include "protocol/routing/Tokens.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;

namespace {

QJsonObject objectOf(const std::string& json)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

ModelPrice priceOf(const char* model, const char* input, const char* output)
{
    ModelPrice price;
    price.model = model;
    price.input = *Money::parse(input);
    price.output = *Money::parse(output);
    return price;
}

UsageGroup usageOf(const char* day, const char* target, const char* model, RequestRole role, std::uint64_t requests)
{
    UsageGroup group;
    group.day = day;
    group.target = target;
    group.model = model;
    group.role = role;
    group.requests = requests;
    group.tokens.input = 1'000'000;
    group.tokens.output = 100'000;
    group.latency.record(120, requests);
    group.firstByte.record(30, requests);
    group.last = WallTime{std::chrono::hours(2)};
    group.first = WallTime{std::chrono::hours(1)};
    return group;
}

} // namespace

class TestSmallServices final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRecentWindowMergesItsSeconds()
    {
        FakePorts fakes;
        LatencyPoint slow;
        slow.at = fakes.clock.now() - std::chrono::seconds{2};
        slow.target = "holysheep";
        slow.firstByte.record(900, 10);
        slow.requests = slow.clients = 10;
        LatencyPoint fast = slow;
        fast.at = fakes.clock.now() - std::chrono::seconds{1};
        fast.firstByte = {};
        fast.firstByte.record(100, 990);
        fast.requests = 990;
        fakes.evidence.points = {slow, fast};
        LatencyService service{fakes.ports};
        const auto points = run(service.recent(std::chrono::minutes{1})).value();
        QCOMPARE(points.size(), std::size_t(1));
        QCOMPARE(points.front().requests, std::uint64_t(1000));
        QCOMPARE(points.front().clients, std::uint64_t(20));
        // One slow second of ten requests does not make the p95 of a thousand.
        QVERIFY(points.front().p95 && std::abs(*points.front().p95 - 100) <= 1);
        QVERIFY(points.front().at == fakes.clock.now() - std::chrono::minutes{1});
    }

    void aTokenIsShownOnceAndKeptAsAHash();
    void aTokensNameIsUsedOnce();
    void tokensMadeAtOnceAreAllKept();
    void aRevokedTokenIsGone();
    void secretsHaveNamesThatAreNotKeys();
    void settingsAreCheckedBeforeTheyAreWritten();
    void theCheckNamesWhatIsMissing();
    void theCheckAsksRedis();
    void consentIsKeptAndAudited();
    void aSandboxNeedsNoConsent();
    void gatewaysAreAliveWhileTheyAcknowledge();
    void routingIsSetByHandOnlyOutsideMigrations();
    void routingRefusesASumAboveOne();
    void usageHasItsContractsForm();
    void costsCompareWhatBothBooksKnow();
    void gatesJudgeGivenEvidence();
    void anErrorIsAddedToADocument();
};

void TestSmallServices::aTokenIsShownOnceAndKeptAsAHash()
{
    FakePorts fake;
    TokenService tokens{fake.ports};
    TokenRequest request;
    request.name = "shop";
    request.models = {"gpt-4.1"};
    request.requestsPerMinute = 60;
    request.days = 30;
    const Result<TokenCreated> created = run(tokens.create(std::move(request)));
    QVERIFY(created.has_value());
    const std::string text = created->token.reveal([](std::string_view token) { return std::string(token); });
    QVERIFY(looksLikeToken(text));
    QVERIFY(fake.routing.clients.contains(tokenHash(text)));
    const Result<std::vector<ClientToken>> listed = run(tokens.list());
    QVERIFY(listed.has_value());
    QCOMPARE(listed->size(), std::size_t(1));
    QVERIFY(tokensJson(*listed).find(text) == std::string::npos);
    QVERIFY(listed->front().expires == fake.clock.now() + std::chrono::hours(24 * 30));
    QVERIFY(fake.audit.has("token.create"));
}

void TestSmallServices::aTokensNameIsUsedOnce()
{
    FakePorts fake;
    TokenService tokens{fake.ports};
    TokenRequest first;
    first.name = "shop";
    QVERIFY(run(tokens.create(first)).has_value());
    const Result<TokenCreated> second = run(tokens.create(first));
    QVERIFY(!second.has_value());
    QCOMPARE(second.error().code, Errc::conflict);
    TokenRequest nameless;
    const Result<TokenCreated> third = run(tokens.create(nameless));
    QVERIFY(!third.has_value());
    QCOMPARE(third.error().code, Errc::invalidInput);
}

void TestSmallServices::tokensMadeAtOnceAreAllKept()
{
    FakePorts fake;
    fake.routing.slow = 1ms;
    TokenService one{fake.ports};
    TokenService other{fake.ports}; // as of another process: the files are what they share
    std::vector<Task<Result<TokenCreated>>> making;
    for (int i = 0; i < 6; ++i) {
        TokenRequest request;
        request.name = "client " + std::to_string(i);
        making.push_back((i % 2 == 0 ? one : other).create(std::move(request)));
    }
    for (const Result<TokenCreated>& made : run(whenAll(std::move(making))))
        QVERIFY(made.has_value());
    QCOMPARE(fake.routing.clients.size(), std::size_t(6));
    QVERIFY(fake.files.locked.empty());
}

void TestSmallServices::aRevokedTokenIsGone()
{
    FakePorts fake;
    TokenService tokens{fake.ports};
    TokenRequest request;
    request.name = "shop";
    QVERIFY(run(tokens.create(request)).has_value());
    QVERIFY(run(tokens.revoke("shop")).has_value());
    QVERIFY(fake.routing.clients.empty());
    const Result<void> again = run(tokens.revoke("shop"));
    QVERIFY(!again.has_value());
    QCOMPARE(again.error().code, Errc::notFound);
}

void TestSmallServices::secretsHaveNamesThatAreNotKeys()
{
    FakePorts fake;
    SecretsService secrets{fake.ports};
    KeyRecord record;
    record.id = "k_01";
    fake.inventory.records.push_back(record);
    QVERIFY(run(secrets.set("vault-token", Secret{"hvs.0123456789"})).has_value());
    QVERIFY(run(secrets.set("vault-token", Secret{"hvs.changed"})).has_value()); // again: a new version
    QCOMPARE(fake.secrets.entries.at("vault-token").version, std::uint64_t(2));
    for (const char* name : {"k_01", "kek", "state", "production", "", "a b"}) {
        const Result<void> refused = run(secrets.set(name, Secret{"x"}));
        QVERIFY2(!refused.has_value(), name);
        QCOMPARE(refused.error().code, Errc::invalidInput);
    }
    const Result<std::vector<std::string>> listed = run(secrets.list());
    QVERIFY(listed.has_value());
    QCOMPARE(*listed, std::vector<std::string>{"vault-token"});
    QVERIFY(run(secrets.erase("vault-token")).has_value());
    const Result<void> gone = run(secrets.erase("vault-token"));
    QVERIFY(!gone.has_value());
    QCOMPARE(gone.error().code, Errc::notFound);
}

void TestSmallServices::settingsAreCheckedBeforeTheyAreWritten()
{
    FakePorts fake;
    fake.files.files["drover.toml"] = writeConfig(fake.ports.config);
    const std::string before = fake.files.files["drover.toml"];
    ConfigService config{fake.ports};
    const Result<void> broken = run(config.set("targets.legacy.openai", "ftp://nowhere"));
    QVERIFY(!broken.has_value());
    QCOMPARE(broken.error().code, Errc::invalidInput);
    QCOMPARE(fake.files.files["drover.toml"], before);
    QVERIFY(run(config.set("gateway.listen", "127.0.0.1:9090")).has_value());
    QCOMPARE(*run(config.get("gateway.listen")), std::string("127.0.0.1:9090"));
    QVERIFY(fake.audit.has("config.set"));
    const Result<void> other = run(config.set("workspace.id", "w_other"));
    QVERIFY(!other.has_value());
    QCOMPARE(other.error().code, Errc::refused);
}

void TestSmallServices::theCheckNamesWhatIsMissing()
{
    FakePorts fake;
    fake.ports.config.policy = "nowhere";
    fake.files.files["drover.toml"] = writeConfig(fake.ports.config) + "\n[strange]\nfield = 1\n";
    fake.secrets.faults.always("check", Error{Errc::locked, "the keyring is locked", "keychain"});
    const Result<std::vector<ConfigService::Finding>> findings = run(ConfigService{fake.ports}.check());
    QVERIFY(findings.has_value());
    const auto says = [&](std::string_view where, bool error) {
        return std::ranges::any_of(*findings, [&](const ConfigService::Finding& one) {
            return one.where.find(where) != std::string::npos && one.isError == error;
        });
    };
    QVERIFY(says("nowhere", true));
    QVERIFY(says("keychain", true));
    QVERIFY(says("strange", false));
    QVERIFY(says("gateway/tokens.json", false));
    QVERIFY(says("targets.legacy", false));
}

void TestSmallServices::theCheckAsksRedis()
{
    FakePorts fake;
    fake.files.files["drover.toml"] = writeConfig(fake.ports.config);
    const auto findings = [&] {
        std::vector<ConfigService::Finding> found = run(ConfigService{fake.ports}.check()).value();
        std::erase_if(found, [](const auto& one) { return !one.where.starts_with("redis.url"); });
        return found;
    };
    QVERIFY(findings().empty());
    Result<void> answer{Error{Errc::unauthorized, "the password is refused", "127.0.0.1:6379"}};
    fake.ports.checkRedis = [&answer](Deadline) -> Task<Result<void>> { co_return answer; };
    QCOMPARE(findings().size(), std::size_t(1));
    QVERIFY(findings().front().isError);
    QCOMPARE(findings().front().code, Errc::unauthorized);
    answer = Result<void>{};
    QVERIFY(!findings().front().isError); // no key of ours is there yet
    fake.routing.sealed["k_01"] = {"kek", {"h"}, "s"};
    QVERIFY(findings().empty());
}

void TestSmallServices::consentIsKeptAndAudited()
{
    FakePorts fake;
    ConsentService consent{fake.ports};
    const Result<void> without = run(consent.require("holysheep"));
    QVERIFY(!without.has_value());
    QCOMPARE(without.error().code, Errc::refused);
    QVERIFY(run(consent.give("holysheep", "agreed with legal")).has_value());
    QVERIFY(run(consent.require("holysheep")).has_value());
    const Result<std::optional<Consent>> given = run(consent.given("holysheep"));
    QVERIFY(given.has_value() && given->has_value());
    QCOMPARE((*given)->by, std::string("ann"));
    QVERIFY(fake.audit.has("consent"));
    const Result<void> unknown = run(consent.give("nobody", ""));
    QVERIFY(!unknown.has_value());
    QCOMPARE(unknown.error().code, Errc::invalidInput);
}

void TestSmallServices::aSandboxNeedsNoConsent()
{
    FakePorts fake;
    fake.ports.config.sandbox = true;
    QVERIFY(run(ConsentService{fake.ports}.require("holysheep")).has_value());
}

void TestSmallServices::gatewaysAreAliveWhileTheyAcknowledge()
{
    FakePorts fake;
    RoutingDocument document;
    document.generation = 7;
    fake.routing.document = document;
    fake.routing.addGateway("g_old", fake.clock.now());
    fake.clock.advance(10s);
    fake.routing.addGateway("g_new", fake.clock.now());
    fake.routing.addGateway("g_behind", fake.clock.now());
    fake.routing.gateways.back().generation = 6;
    struct NoProcesses final : Processes {
        Task<Result<Started<GatewayProcess>>> gateway(GatewayStart, Secret, Deadline) override { co_return Error{}; }
        Task<Result<Started<SandboxProcess>>> sandbox(SandboxStart, Deadline) override { co_return Error{}; }
        Task<Result<std::unique_ptr<Child>>> load(LoadStart, Secret, Deadline) override { co_return Error{}; }
        Task<Result<void>> stopGateway(std::string control, std::int64_t, Deadline) override
        {
            stopped.push_back(control);
            co_return Result<void>{};
        }
        std::vector<std::string> stopped;
    } processes;
    GatewayService gateways{fake.ports, processes};
    const Result<std::vector<GatewayStatus>> all = run(gateways.status());
    QVERIFY(all.has_value());
    QCOMPARE(all->size(), std::size_t(3));
    QCOMPARE((*all)[0].state, std::string("behind"));
    QCOMPARE((*all)[1].state, std::string("serving"));
    QCOMPARE((*all)[2].state, std::string("gone"));
    const Result<std::vector<std::string>> stopped = run(gateways.stop("g_new"));
    QVERIFY(stopped.has_value());
    QCOMPARE(processes.stopped, std::vector<std::string>{"gateway/g_new.sock"});
    QCOMPARE(fake.audit.rows.back().deed, std::string("gateway.stop"));
    QCOMPARE(fake.audit.rows.back().subject, std::string("g_new"));
    const Result<std::vector<std::string>> gone = run(gateways.stop("g_old"));
    QVERIFY(!gone.has_value());
    QCOMPARE(gone.error().code, Errc::notFound);
    // Without a sealed key there is nothing a gateway could do.
    const Result<Started<GatewayProcess>> started = run(gateways.start({}));
    QVERIFY(!started.has_value());
    QCOMPARE(started.error().code, Errc::notFound);
}

void TestSmallServices::routingIsSetByHandOnlyOutsideMigrations()
{
    FakePorts fake;
    RoutingDocument document;
    document.generation = 3;
    document.targets["legacy"] = {1, {{"k_leg1", 1.0}}};
    document.targets["holysheep"] = {0, {{"k_01", 1.0}}};
    fake.routing.document = document;
    RoutingService routing{fake.ports};
    const Result<RoutingDocument> nameless = run(routing.set({{"holysheep", 0.1}}, ""));
    QVERIFY(!nameless.has_value());
    QCOMPARE(nameless.error().code, Errc::invalidInput);
    const Result<RoutingDocument> set = run(routing.set({{"holysheep", 0.1}}, "a trial"));
    QVERIFY(set.has_value());
    QCOMPARE(set->generation, std::uint64_t(4));
    QCOMPARE(set->targets.at("holysheep").share, 0.1);
    QCOMPARE(set->targets.at("legacy").share, 0.9);
    QVERIFY(fake.audit.has("routing.set"));
    QCOMPARE(fake.journal.generation, std::uint64_t(4));
}

void TestSmallServices::routingRefusesASumAboveOne()
{
    FakePorts fake;
    RoutingDocument document;
    document.generation = 3;
    document.targets["legacy"] = {1, {{"k_leg1", 1.0}}};
    document.targets["holysheep"] = {0, {}};
    fake.routing.document = document;
    RoutingService routing{fake.ports};
    const Result<RoutingDocument> above = run(routing.set({{"holysheep", 0.6}, {"legacy", 0.6}}, "why"));
    QVERIFY(!above.has_value());
    const Result<RoutingDocument> keyless = run(routing.set({{"holysheep", 0.5}}, "why"));
    QVERIFY(!keyless.has_value());
    QCOMPARE(keyless.error().code, Errc::refused);
    QCOMPARE(fake.routing.document->generation, std::uint64_t(3));
}

void TestSmallServices::usageHasItsContractsForm()
{
    FakePorts fake;
    fake.ports.books["legacy"] = PriceBook{"legacy"};
    fake.ports.books["legacy"].add(priceOf("gpt-4.1", "2", "8"));
    fake.usage.rows = {usageOf("2026-01-01", "legacy", "gpt-4.1", RequestRole::client, 10),
                       usageOf("2026-01-01", "holysheep", "mystery", RequestRole::client, 5),
                       usageOf("2026-01-01", "holysheep", "gpt-4.1", RequestRole::shadow, 5)};
    UsageService usage{fake.ports};
    const Result<UsageSummary> clients = run(usage.summary(false));
    QVERIFY(clients.has_value());
    const QJsonObject json = objectOf(usageJson(*clients, false));
    const QJsonArray groups = json[QStringLiteral("groups")].toArray();
    QCOMPARE(groups.size(), 2);
    const QJsonObject first = groups[0].toObject();
    QCOMPARE(first[QStringLiteral("cost")].toObject()[QStringLiteral("amount")].toString(), QStringLiteral("2.80"));
    QVERIFY(!first.contains(QStringLiteral("role")));
    QVERIFY(std::abs(first[QStringLiteral("latency_ms")].toObject()[QStringLiteral("p95")].toDouble() - 120) <= 1.2);
    QVERIFY(groups[1].toObject()[QStringLiteral("cost")].isNull());
    QCOMPARE(json[QStringLiteral("unpriced")].toArray()[0].toString(), QStringLiteral("mystery"));
    const Result<UsageSummary> all = run(usage.summary(true));
    QCOMPARE(objectOf(usageJson(*all, true))[QStringLiteral("groups")].toArray().size(), 3);
}

void TestSmallServices::costsCompareWhatBothBooksKnow()
{
    FakePorts fake;
    fake.ports.books["legacy"] = PriceBook{"legacy"};
    fake.ports.books["legacy"].add(priceOf("gpt-4.1", "2", "8"));
    fake.ports.books["holysheep"] = PriceBook{"holysheep"};
    fake.ports.books["holysheep"].add(priceOf("gpt-4.1", "1", "4"));
    fake.usage.rows = {usageOf("2026-01-01", "legacy", "gpt-4.1", RequestRole::client, 10),
                       usageOf("2026-01-01", "holysheep", "gpt-4.1", RequestRole::client, 10),
                       usageOf("2026-01-01", "holysheep", "mystery", RequestRole::client, 1)};
    const Result<CostFacts> costs = run(UsageService{fake.ports}.costs());
    QVERIFY(costs.has_value());
    QCOMPARE(costs->actual.amount(), std::string("4.20"));
    QCOMPARE(costs->allOnLegacy.amount(), std::string("5.60"));
    QCOMPARE(costs->allOnTarget.amount(), std::string("2.80"));
    QVERIFY(costs->monthlyOnLegacy.has_value());
    QCOMPARE(costs->monthlyOnLegacy->amount(), std::string("4032.00"));
    QCOMPARE(costs->unpriced, std::vector<std::string>{"holysheep mystery"});
    QCOMPARE(costs->lines.size(), std::size_t(3));
}

void TestSmallServices::gatesJudgeGivenEvidence()
{
    EvidenceLine line;
    line.second = WallTime{std::chrono::hours(1)};
    line.gateway = "g_1";
    line.target = "holysheep";
    line.model = "gpt-4.1";
    line.keyId = "k_01";
    line.role = "client";
    line.attempts.byClass[std::size_t(ErrorClass::ok)] = 299;
    line.attempts.firstBytePlain.record(40, 299);
    std::string lines;
    appendEvidenceLine(lines, line);
    line.target = "legacy";
    appendEvidenceLine(lines, line);
    const MigrationPolicy policy = FakePorts::smallPolicy();
    const Result<std::vector<GateResult>> gates = checkGates(lines, policy, "legacy", "holysheep");
    QVERIFY(gates.has_value());
    QCOMPARE(gates->size(), std::size_t(2));
    QCOMPARE(worstOf(*gates), Verdict::pass);
    // Legacy's second answers are no traffic, and what an earlier step saw is not this one's.
    line.role = "again";
    line.attempts.firstBytePlain.record(4000, 299);
    std::string more = lines;
    appendEvidenceLine(more, line);
    line.role = "client";
    line.target = "holysheep";
    line.attempts.byClass[std::size_t(ErrorClass::upstream)] = 299;
    for (const auto& [migration, phase, step] : {std::tuple{"m_1", Phase::canary, 1U}, std::tuple{"m_0", Phase::canary, 2U}}) {
        line.migration = migration;
        line.phase = phase;
        line.step = step;
        line.generation = step;
        appendEvidenceLine(more, line);
    }
    std::string moved; // the good lines, as the newest step's, of two generations
    for (const char* name : {"holysheep", "legacy"}) {
        EvidenceLine good = parseEvidenceLine(lines.substr(0, lines.find('\n'))).value();
        good.target = name;
        good.migration = "m_1";
        good.phase = Phase::canary;
        good.step = 2;
        for (const std::uint64_t generation : {std::uint64_t{7}, std::uint64_t{8}}) {
            good.generation = generation;
            appendEvidenceLine(moved, good);
        }
    }
    const Result<std::vector<GateResult>> newest = checkGates(moved + more, policy, "legacy", "holysheep");
    QVERIFY(newest.has_value());
    QCOMPARE(worstOf(*newest), Verdict::pass);
    QCOMPARE(newest->front().n, std::uint64_t{2 * 299});
    QCOMPARE(newest->at(1).n, std::uint64_t{2 * 299});
    const Result<std::vector<GateResult>> broken = checkGates(lines + "{broken\n", policy, "legacy", "holysheep");
    QVERIFY(!broken.has_value());
    QCOMPARE(broken.error().code, Errc::invalidInput);
    QVERIFY(broken.error().where.starts_with("line 3"));
    QVERIFY(!checkGates("", policy, "legacy", "holysheep").has_value());
    QVERIFY(!checkGates("\n \n", policy, "legacy", "holysheep").has_value());
}

void TestSmallServices::anErrorIsAddedToADocument()
{
    const Error error{Errc::refused, "a \"gate\" says no", "gate"};
    const std::string document = "{\"phase\":\"canary\"}";
    const QJsonObject added = objectOf(withError(document, error));
    QCOMPARE(added[QStringLiteral("phase")].toString(), QStringLiteral("canary"));
    QCOMPARE(added[QStringLiteral("error")].toObject()[QStringLiteral("code")].toString(), QStringLiteral("refused"));
    const QJsonObject alone = objectOf(withError("", error));
    QCOMPARE(alone[QStringLiteral("error")].toObject()[QStringLiteral("message")].toString(),
             QStringLiteral("a \"gate\" says no"));
}

DROVER_TEST(TestSmallServices)
#include "TestSmallServices.moc"
