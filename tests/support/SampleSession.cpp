// SPDX-License-Identifier: Apache-2.0
#include "support/SampleSession.h"

#include <QMetaObject>

#include <cmath>
#include <list>

namespace drover::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

GateResult sampleGate(const char* name, Verdict verdict, double estimate, double low, double high, double limit,
                      std::uint64_t n, std::uint64_t needed)
{
    GateResult gate;
    gate.name = name;
    gate.verdict = verdict;
    gate.estimate = estimate;
    gate.low = low;
    gate.high = high;
    gate.limit = limit;
    gate.n = n;
    gate.needed = needed;
    return gate;
}

app::KeyRow sampleKey(const char* id, const char* target, const char* name, KeyState state, WallTime now, int days)
{
    app::KeyRow row;
    row.record.id = id;
    row.record.target = target;
    row.record.name = name;
    row.record.state = state;
    row.record.createdBy = "rotation-service";
    row.record.createdAt = now - hours{24 * days};
    row.record.provenAt = now - hours{24 * days} + minutes{2};
    row.record.store = "keychain";
    row.age = hours{24 * days};
    row.sealed = true;
    row.health = app::KeyHealth::healthy;
    return row;
}

} // namespace

struct SampleSession::Watchers {
    struct Entry final : Subscription {
        std::shared_ptr<Watchers> home;
        std::function<void(const MigrationNews&)> callback;
        QObject context;
        ~Entry() override { home->all.remove(this); }
    };
    std::list<Entry*> all;
};

SampleSession::SampleSession(const Clock& clock) : clock_(clock), watchers_(std::make_shared<Watchers>())
{
    facts_.id = "w_4q7mz9c2k8xd";
    facts_.name = "checkout-platform";
    facts_.folder = "~/.local/share/drover/checkout-platform";
    facts_.environment = "stage";
    facts_.secrets = "keychain";
    facts_.policy = "playbook";
    facts_.listen = "127.0.0.1:8080";
    facts_.adminListen = "127.0.0.1:8081";
    facts_.targets = {{"legacy", "https://api.openai.com/v1", "https://api.anthropic.com", {}, "openai"},
                      {"holysheep",
                       "https://api.holysheep.ai/v1",
                       "https://api.holysheep.ai",
                       {{"us-east", ""}, {"us-west", ""}, {"eu-west", ""}, {"ap-southeast", ""}},
                       "holysheep"}};
    fillStatus();
    fillKeys();
    fillGateways();
}

void SampleSession::fillStatus()
{
    const WallTime now = clock_.now();
    const WallTime begun = now - hours{24 * 10 + 3};
    const MigrationPolicy policy = samplePolicy("playbook");
    current.id = "m_8k2c5v0q9w1z";
    current.phase = Phase::canary;
    current.step = 2;
    current.steps = std::uint32_t(policy.canary.steps.size());
    current.shareConfigured = 0.25;
    current.shareServed = 0.2473;
    current.shareServedKeys = 0.2511;
    current.generation = 41;
    current.controller = "ops-1/4711";
    current.lease = app::MigrationStatus::Lease{minutes{15}, minutes{14} + std::chrono::seconds{12}, false};
    current.policy = "playbook";
    current.nextAction = "canary 45 %";
    current.notBefore = now + hours{5} + minutes{20};
    current.gateways = 3;
    current.gatewaysServing = 3;
    current.evidence.clientRequests = 48210;
    current.evidence.clientRequestsOnTarget = 11923;
    current.calendar = calendar(policy, begun);
    const auto record = [&](Phase phase, std::uint32_t step, double share, WallTime at, std::optional<WallTime> ended) {
        current.timeline.push_back({phase, step, share, 37 + current.timeline.size(), at, at + std::chrono::seconds{1}, ended});
    };
    record(Phase::shadow, 0, 0, begun, begun + hours{24 * 7});
    record(Phase::canary, 1, 0.05, begun + hours{24 * 7}, begun + hours{24 * 9});
    record(Phase::canary, 2, 0.25, begun + hours{24 * 9}, {});
    current.gates = {sampleGate("error_rate", Verdict::pass, 0.0012, 0.0007, 0.0019, 0.01, 11923, 0),
                     sampleGate("added_latency", Verdict::inconclusive, 18.4, -6.2, 57.5, 50, 61, 11)};
    GateDecision shadow{begun + hours{24 * 7}, Phase::shadow, 0, 0,
                        {sampleGate("divergence", Verdict::pass, 0.0041, 0, 0.0132, 0.02, 4210, 0),
                         sampleGate("added_latency", Verdict::pass, 12.1, 3.4, 21.7, 50, 5120, 0)},
                        "advance"};
    GateDecision wait{begun + hours{24 * 9} - hours{6}, Phase::canary, 1, 0.05,
                      {sampleGate("error_rate", Verdict::inconclusive, 0, 0, 0.0121, 0.01, 246, 53)}, "wait"};
    GateDecision canary{begun + hours{24 * 9}, Phase::canary, 1, 0.05,
                        {sampleGate("error_rate", Verdict::pass, 0.0009, 0.0004, 0.0018, 0.01, 6021, 0),
                         sampleGate("added_latency", Verdict::pass, 14.8, 1.9, 30.2, 50, 5870, 0)},
                        "advance"};
    current.decisions = {shadow, wait, canary};
    current.rotation.state = "none";
}

void SampleSession::fillKeys()
{
    const WallTime now = clock_.now();
    auto legacy = sampleKey("k_leg1", "legacy", "openai-production", KeyState::current, now, 212);
    legacy.record.hint = "****vT3q";
    legacy.record.hosts = {"api.openai.com"};
    legacy.weight = 1.0;
    legacy.share = 0.75;
    legacy.requests = 1843022;
    legacy.errors = 2911;
    legacy.p95 = 412;
    auto first = sampleKey("k_7f3a91c2d4", "holysheep", "auto-rotate-20261102-020000", KeyState::current, now, 20);
    first.record.hint = "****x9Qf";
    first.record.expiresAt = now + hours{24 * 10};
    first.record.hosts = {"api.holysheep.ai"};
    first.weight = 0.9;
    first.share = 0.225;
    first.requests = 21440;
    first.errors = 19;
    first.p95 = 431;
    auto second = sampleKey("k_b81e07aa53", "holysheep", "auto-rotate-20261122-020000", KeyState::ramping, now, 0);
    second.age = hours{7};
    second.record.createdAt = now - hours{7};
    second.record.hint = "****Kd72";
    second.record.expiresAt = now + hours{24 * 30};
    second.record.hosts = {"api.holysheep.ai"};
    second.weight = 0.1;
    second.share = 0.025;
    second.requests = 1183;
    second.errors = 1;
    second.p95 = 427;
    auto old = sampleKey("k_55d0c3e9f1", "holysheep", "auto-rotate-20261003-020000", KeyState::overlap, now, 50);
    old.record.hint = "****0aZr";
    old.record.expiresAt = now + hours{24 * 3};
    old.health = app::KeyHealth::expiring;
    old.weight = 0.0;
    old.requests = 90512;
    old.errors = 71;
    auto fresh = sampleKey("k_e0a4417b22", "holysheep", "eu-standby", KeyState::added, now, 1);
    fresh.record.hint = "****mm4T";
    fresh.record.provenAt.reset();
    fresh.health = app::KeyHealth::unproven;
    fresh.sealed = false;
    keyRows = {legacy, first, second, old, fresh};
}

void SampleSession::fillGateways()
{
    const WallTime now = clock_.now();
    const auto gateway = [&](const char* id, const char* listen, bool serving, std::uint64_t requests, std::uint64_t inFlight) {
        app::GatewayStatus row;
        row.ack.gateway = id;
        row.ack.listen = listen;
        row.ack.generation = serving ? 41 : 40;
        row.ack.at = now - std::chrono::milliseconds{400};
        row.ack.requests = requests;
        row.ack.inFlight = inFlight;
        row.alive = true;
        row.serving = serving;
        row.generation = 41;
        row.state = serving ? "serving" : "behind";
        gatewayRows.push_back(row);
    };
    gateway("gw-eu-1", "http://10.2.0.11:8080", true, 812233, 21);
    gateway("gw-eu-2", "http://10.2.0.12:8080", true, 809512, 18);
    gateway("gw-us-1", "http://10.4.0.11:8080", true, 644891, 9);
    ClientToken checkout;
    checkout.name = "checkout-service";
    checkout.created = now - hours{24 * 41};
    ClientToken search;
    search.name = "search-assistant";
    search.models = {"gpt-4.1", "gpt-4.1-mini"};
    search.requestsPerMinute = 1200;
    search.created = now - hours{24 * 12};
    search.expires = now + hours{24 * 78};
    tokenRows = {checkout, search};
}

std::unique_ptr<Subscription> SampleSession::watch(std::function<void(const MigrationNews&)> callback)
{
    auto entry = std::make_unique<Watchers::Entry>();
    entry->home = watchers_;
    entry->callback = std::move(callback);
    watchers_->all.push_back(entry.get());
    QMetaObject::invokeMethod(&entry->context, [raw = entry.get(), this] { raw->callback(news()); }, Qt::QueuedConnection);
    return entry;
}

void SampleSession::publish()
{
    const auto all = watchers_->all;
    for (auto* entry : all)
        entry->callback(news());
}

Task<Result<void>> SampleSession::order(OrderVerb verb, std::string reason)
{
    orders.emplace_back(verb, reason);
    if (failOrders)
        co_return *failOrders;
    current.why = reason;
    if (verb == OrderVerb::rollback) {
        current.phase = Phase::rolledBack;
        current.shareConfigured = 0;
    } else if (verb == OrderVerb::pause) {
        current.pausedIn = current.phase;
        current.phase = Phase::paused;
    } else if (verb == OrderVerb::resume) {
        current.phase = current.pausedIn;
    }
    publish();
    co_return Result<void>{};
}

Task<Result<void>> SampleSession::start(StartRequest request)
{
    if (hangsAtStart) {
        Later<bool> answer{[](Later<bool>::Resolve) { return std::shared_ptr<void>{}; }};
        co_await answer;
    }
    current = {};
    current.id = "m_sample";
    current.phase = Phase::shadow;
    current.policy = request.policy;
    current.controller = "ops-1/4711";
    current.calendar = calendar(samplePolicy(request.policy), clock_.now());
    publish();
    co_return Result<void>{};
}

Task<Result<MigrationPolicy>> SampleSession::policy(std::string name) { co_return samplePolicy(name); }

Task<Result<std::optional<app::Consent>>> SampleSession::consent(std::string)
{
    co_return std::optional<app::Consent>{};
}

Task<Result<void>> SampleSession::giveConsent(std::string, std::string)
{
    ++consentsGiven;
    co_return Result<void>{};
}

Task<Result<std::vector<app::KeyRow>>> SampleSession::list()
{
    if (failKeys)
        co_return *failKeys;
    co_return keyRows;
}

Task<Result<app::KeyAdded>> SampleSession::add(app::KeyAddition addition, Secret key)
{
    auto row = sampleKey("k_sample", addition.target.c_str(), addition.name.c_str(), KeyState::added, clock_.now(), 0);
    row.record.hint = key.hint();
    row.record.provenAt.reset();
    row.health = app::KeyHealth::unproven;
    row.record.expiresAt = addition.expiresAt;
    keyRows.push_back(row);
    co_return app::KeyAdded{row.record, {}};
}

Task<Result<app::KeyProof>> SampleSession::verify(std::string id)
{
    app::KeyProof proof;
    for (auto& row : keyRows) {
        if (row.record.id != id)
            continue;
        row.record.state = row.record.state == KeyState::added ? KeyState::proven : row.record.state;
        row.record.provenAt = clock_.now();
        proof.record = row.record;
    }
    proof.proven = true;
    proof.places = {{"us-east", "api.holysheep.ai", 200, 38, true, {}},
                    {"us-west", "us-west.api.holysheep.ai", 200, 61, true, {}},
                    {"eu-west", "eu-west.api.holysheep.ai", 200, 24, true, {}},
                    {"ap-southeast", "ap-southeast.api.holysheep.ai", 200, 143, true, {}}};
    co_return proof;
}

Task<Result<std::vector<app::GatewayStatus>>> SampleSession::status()
{
    if (failGateways)
        co_return *failGateways;
    co_return gatewayRows;
}
Task<Result<void>> SampleSession::start()
{
    ++starts;
    co_return Result<void>{};
}
Task<Result<void>> SampleSession::stop(std::string id)
{
    stopped.push_back(std::move(id));
    co_return Result<void>{};
}
Task<Result<std::vector<ClientToken>>> SampleSession::tokens() { co_return tokenRows; }

Task<Result<Secret>> SampleSession::createToken(app::TokenRequest request)
{
    ClientToken token;
    token.name = request.name;
    token.created = clock_.now();
    token.requestsPerMinute = request.requestsPerMinute;
    tokenRows.push_back(token);
    // Made up on the spot, and shaped like the real thing.
    co_return Secret(std::string("drv_") + std::string(43, 'x'));
}

Task<Result<void>> SampleSession::revokeToken(std::string name)
{
    std::erase_if(tokenRows, [&](const ClientToken& token) { return token.name == name; });
    co_return Result<void>{};
}

Task<Result<std::vector<ChartPoint>>> SampleSession::series(WallTime from, std::uint32_t points)
{
    std::vector<ChartPoint> all;
    Random random{7};
    const WallTime now = clock_.now();
    const Duration bucket = (now - from) / std::max<std::int64_t>(1, points);
    for (const char* target : {"legacy", "holysheep"}) {
        const bool fast = target[0] == 'h';
        double drift = 0;
        for (std::uint32_t i = 0; i < points; ++i) {
            drift = drift * 0.9 + random.normal() * 6;
            const double wave = 10 * std::sin(double(i) / 11.0) + drift;
            ChartPoint point;
            point.at = from + bucket * std::int64_t(i);
            point.target = target;
            point.clients = std::uint64_t((fast ? 60 : 180) + random.below(25));
            point.requests = point.clients + (fast ? 40 : 8); // mirrored ones, and asked again
            point.errors = random.below(40) == 0 ? 1 : 0;
            const double base = fast ? 188 : 171;
            point.p50 = base + wave * 0.5;
            point.p95 = base * 2.3 + wave * 1.6 + random.normal() * 5;
            point.p99 = base * 3.1 + wave * 2.4 + std::abs(random.normal()) * 22;
            all.push_back(point);
        }
    }
    co_return all;
}

Task<Result<std::vector<ChartPoint>>> SampleSession::recent(Duration window)
{
    std::vector<ChartPoint> all;
    for (const auto& [target, base] : {std::pair{"legacy", 171.0}, std::pair{"holysheep", 188.0}}) {
        ChartPoint point;
        point.at = clock_.now() - window;
        point.target = target;
        point.requests = point.clients = 900;
        point.p50 = base;
        point.p95 = base * 2.3;
        point.p99 = base * 3.1;
        all.push_back(point);
    }
    co_return all;
}

Task<Result<CostFacts>> SampleSession::costs()
{
    if (costFacts)
        co_return *costFacts;
    const auto usd = [](const char* amount) { return Money::parse(amount).value(); };
    CostFacts facts;
    facts.span = hours{24 * 10 + 3};
    facts.legacyBook = "OpenAI list, 2026-07-18";
    facts.targetBook = "HolySheep list, 2026-07-18";
    facts.lines = {{"legacy", "gpt-4.1", 1284410, {992841220, 120421000, 0, 56712044}, usd("2439.38"), usd("2439.38"), usd("334.16")},
                   {"legacy", "gpt-4.1-mini", 558612, {300211400, 22100000, 0, 31244100}, usd("170.08"), usd("170.08"), usd("23.30")},
                   {"holysheep", "gpt-4.1", 98214, {76218800, 9210000, 0, 4310227}, usd("25.65"), usd("186.92"), usd("25.65")},
                   {"holysheep", "gpt-4.1-mini", 33711, {18044210, 1204100, 0, 1893207}, usd("1.40"), usd("10.25"), usd("1.40")}};
    facts.actual = usd("2636.51");
    facts.allOnLegacy = usd("2806.63");
    facts.allOnTarget = usd("384.51");
    facts.monthlyOnLegacy = usd("8317.80");
    facts.monthlyOnTarget = usd("1139.54");
    co_return facts;
}

Task<Result<std::optional<CutoverComparison>>> SampleSession::cutover() { co_return comparison; }

Task<Result<void>> SampleSession::set(std::string key, std::string value)
{
    saved.emplace_back(std::move(key), std::move(value));
    co_return Result<void>{};
}

Task<Result<app::SecretsService::Login>> SampleSession::logIn(std::function<void(const std::string& address)> show)
{
    show("https://idp.example/authorize?state=s");
    co_return login;
}

Task<Result<std::vector<app::ConfigService::Finding>>> SampleSession::check()
{
    co_return std::vector<app::ConfigService::Finding>{};
}

MigrationPolicy samplePolicy(const std::string& name)
{
    const bool fast = name == "rehearsal";
    const auto span = [fast](Duration slow) { return fast ? Duration{std::chrono::seconds{1}} : slow; };
    MigrationPolicy policy;
    policy.name = name;
    policy.shadow.time = span(hours{24 * 7});
    policy.shadow.sample = fast ? 1.0 : 0.2;
    policy.shadow.again = fast ? 0.5 : 0.05;
    policy.canary.steps = {{0.05, span(hours{48})}, {0.25, span(hours{24})}, {0.45, span(hours{24})}, {0.65, span(hours{24})}, {0.85, span(hours{24})}};
    policy.rollbackWindow = span(minutes{15});
    policy.overlap = fast ? Duration{std::chrono::seconds{2}} : Duration{hours{24 * 7}};
    policy.lease = fast ? Duration{std::chrono::seconds{5}} : Duration{minutes{15}};
    return policy;
}

} // namespace drover::test
