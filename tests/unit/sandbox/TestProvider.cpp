// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/json/Json.h"
#include "sandbox/provider/Provider.h"
#include "sandbox/provider/Text.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <memory>

using namespace drover;
using namespace drover::sandbox;

namespace {

struct House {
    explicit House(std::string_view scenario = "healthy")
        : behaviour(quiet(scenario), 1),
          legacy(Side::legacy, 1, behaviour, ledger, clock),
          holysheep(Side::holysheep, 1, behaviour, ledger, clock)
    {}
    // A scenario without its random errors and noise.
    static Scenario quiet(std::string_view name)
    {
        auto scenario = *scenarioNamed(name);
        for (auto& law : scenario.targets) {
            law.errorRate = 0;
            law.noise = 0;
        }
        return scenario;
    }
    static Reply ask(Provider& provider, std::string_view path, const Secret& key, std::string_view body,
                     std::string_view method = "POST", Region region = Region::main)
    {
        return key.reveal([&](std::string_view plain) {
            return provider.reply({region, method, path, plain, body});
        });
    }

    test::ManualClock clock;
    Ledger ledger;
    Behaviour behaviour;
    Provider legacy;
    Provider holysheep;
};
constexpr const char* chat = "/v1/chat/completions";
std::string prompt(bool stream, const char* model = "gpt-4.1", bool usage = false)
{
    std::string body = R"({"messages":[{"role":"user","content":"[tokens in=4808 out=30] number 7"}])";
    body += ",\"model\":\"" + std::string(model) + "\",\"stream\":" + (stream ? "true" : "false");
    return body + (usage ? R"(,"stream_options":{"include_usage":true}})" : "}");
}
// The text, finish and usage of an OpenAI stream, read strictly.
struct Read {
    std::string text, finish;
    Json usage;
    int events = 0;
    bool done = false;
    bool error = false;
};
Read readStream(const Reply& reply)
{
    Read read;
    std::string all = joined(reply.parts);
    std::string_view rest = all;
    while (!rest.empty()) {
        const auto end = rest.find("\n\n");
        if (end == std::string_view::npos)
            break;
        auto event = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (!event.starts_with("data: "))
            continue;
        event.remove_prefix(6);
        if (event == "[DONE]") {
            read.done = true;
            continue;
        }
        const auto json = Json::parse(event);
        if (!json)
            return {};
        ++read.events;
        read.error = read.error || !(*json)["error"].isNull();
        if (!(*json)["usage"].isNull())
            read.usage = (*json)["usage"];
        const auto* choices = (*json)["choices"].asArray();
        if (choices == nullptr || choices->empty())
            continue;
        if (const auto* text = choices->front()["delta"]["content"].asString())
            read.text += *text;
        if (const auto* finish = choices->front()["finish_reason"].asString())
            read.finish = *finish;
    }
    return read;
}

} // namespace

class TestProvider : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothProvidersAnswerTheSamePlainAndStreamed()
    {
        House house;
        const auto l = house.legacy.keys().mintAtDashboard("first").key.duplicate();
        const auto h = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        const auto plain = Json::parse(House::ask(house.legacy, chat, l, prompt(false)).parts.at(0));
        QVERIFY(plain.has_value());
        const auto& message = (*plain)["choices"].asArray()->front()["message"];
        QCOMPARE((*plain)["usage"]["prompt_tokens"].asInteger(), std::optional<std::int64_t>{4808});
        QCOMPARE((*plain)["usage"]["completion_tokens"].asInteger(), std::optional<std::int64_t>{30});
        const auto stream = House::ask(house.holysheep, chat, h, prompt(true, "gpt-4.1", true));
        QVERIFY(stream.stream);
        QCOMPARE(stream.contentType, std::string("text/event-stream"));
        const auto read = readStream(stream);
        QVERIFY(read.done);
        QCOMPARE(read.finish, std::string("stop"));
        QCOMPARE(read.text, *message["content"].asString());
        QCOMPARE(read.usage["prompt_tokens"].asInteger(), std::optional<std::int64_t>{4808});
        QVERIFY(readStream(House::ask(house.legacy, chat, l, prompt(true))).usage.isNull());
    }
    void anthropicCountsTheCacheApart()
    {
        House house;
        const auto key = house.legacy.keys().mintAtDashboard("first").key.duplicate();
        for (int i = 0; i < 8; ++i) {
            const auto body = "{\"model\":\"claude\",\"max_tokens\":5000,\"messages\":[{\"role\":\"user\","
                              "\"content\":\"[tokens in=4096 out=9] " + std::to_string(i) + "\"}]}";
            const auto json = Json::parse(House::ask(house.legacy, "/v1/messages", key, body).parts.at(0));
            QVERIFY(json.has_value());
            const auto& usage = (*json)["usage"];
            QCOMPARE(*usage["input_tokens"].asInteger() + *usage["cache_read_input_tokens"].asInteger(), std::int64_t{4096});
            QCOMPARE(*(*json)["stop_reason"].asString(), std::string("end_turn"));
        }
        const auto missing = House::ask(house.legacy, "/v1/messages", key, R"({"model":"c","messages":[{"role":"user","content":"x"}]})");
        QCOMPARE(missing.status, 400);
        QCOMPARE(*(*Json::parse(missing.parts[0]))["type"].asString(), std::string("error"));
    }
    void everyDialectIsJson()
    {
        House house;
        const auto key = house.legacy.keys().mintAtDashboard("first").key.duplicate();
        const std::pair<const char*, const char*> calls[] = {
            {"/v1/completions", R"({"model":"m","prompt":"a"})"},
            {"/v1/responses", R"({"model":"m","input":"a"})"},
            {"/v1/embeddings", R"({"model":"m","input":["a","b"]})"},
            {"/v1/messages/count_tokens", R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]})"},
            {chat, R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}]})"},
            {"/v1/messages", R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"f"}]})"},
        };
        for (const auto& [path, body] : calls) {
            const auto reply = House::ask(house.legacy, path, key, body);
            QCOMPARE(reply.status, 200);
            QVERIFY2(Json::parse(reply.parts.at(0)).has_value(), path);
            auto streamed = std::string(body);
            streamed.insert(1, R"("stream":true,)");
            const auto stream = House::ask(house.legacy, path, key, streamed);
            const auto text = joined(stream.parts);
            std::string_view rest = text;
            while (stream.stream && !rest.empty()) {
                const auto data = rest.find("data: ");
                if (data == std::string_view::npos)
                    break;
                const auto end = rest.find('\n', data);
                const auto event = rest.substr(data + 6, end - data - 6);
                QVERIFY2(event == "[DONE]" || Json::parse(event).has_value(), path);
                rest.remove_prefix(end);
            }
        }
    }
    void keysAreMintedListedAndRevoked()
    {
        House house;
        const auto first = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        const auto made = House::ask(house.holysheep, "/v1/keys", first,
                                     R"({"name":"auto-rotate-20260101-000000","expires_in_days":30,"rate_limit":10000})");
        QCOMPARE(made.status, 201);
        const auto json = *Json::parse(made.parts.at(0));
        const Secret fresh{*json["api_key"].asString()};
        const auto id = *json["key_id"].asString();
        QVERIFY(json["api_key"].asString()->starts_with("cr_"));
        QCOMPARE(*json["expires_at"].asString(), std::string("2026-01-31T00:00:00.000Z"));

        // The main address knows it at once, one region only later.
        QCOMPARE(House::ask(house.holysheep, chat, fresh, prompt(false)).status, 200);
        int waiting = 0;
        for (const auto region : {Region::usEast, Region::usWest, Region::euWest, Region::apSouth}) {
            house.clock.advance(100ms);
            waiting += House::ask(house.holysheep, "/v1/models", fresh, "", "GET", region).status == 401 ? 1 : 0;
        }
        house.clock.advance(600ms);
        for (const auto region : {Region::usEast, Region::usWest, Region::euWest, Region::apSouth})
            QCOMPARE(House::ask(house.holysheep, "/v1/models", fresh, "", "GET", region).status, 200);
        QVERIFY(waiting <= 1);

        const auto listed = House::ask(house.holysheep, "/v1/keys", first, "", "GET");
        QVERIFY(listed.parts[0].find(id) != std::string::npos);
        fresh.reveal([&](std::string_view plain) { QVERIFY(listed.parts[0].find(plain) == std::string::npos); });
        QCOMPARE(House::ask(house.holysheep, "/v1/keys/" + id, first, "", "DELETE").status, 200);
        QCOMPARE(House::ask(house.holysheep, "/v1/keys/" + id, first, "", "DELETE").status, 200);
        QCOMPARE(House::ask(house.holysheep, "/v1/keys/none", first, "", "DELETE").status, 404);
        QCOMPARE(House::ask(house.holysheep, chat, fresh, prompt(false)).status, 401);
        QCOMPARE(House::ask(house.legacy, "/v1/keys", first, "{}").status, 401);
    }
    void aLateRegionRefusesANewKeyForAWhile()
    {
        House house;
        const auto first = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        const auto json = *Json::parse(House::ask(house.holysheep, "/v1/keys", first, R"({"name":"n"})").parts.at(0));
        const Secret fresh{*json["api_key"].asString()};
        house.clock.advance(100ms);
        int late = 0;
        for (const auto region : {Region::usEast, Region::usWest, Region::euWest, Region::apSouth})
            late += House::ask(house.holysheep, "/v1/models", fresh, "", "GET", region).status == 401 ? 1 : 0;
        QCOMPARE(late, 1);
    }
    void aDeadKeyIsNeverAccepted()
    {
        House house{"dead-key"};
        const auto first = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        const auto json = *Json::parse(House::ask(house.holysheep, "/v1/keys", first, R"({"name":"n"})").parts.at(0));
        const Secret fresh{*json["api_key"].asString()};
        house.clock.advance(3600s);
        QCOMPARE(House::ask(house.holysheep, chat, fresh, prompt(false)).status, 401);
        QCOMPARE(House::ask(house.holysheep, chat, first, prompt(false)).status, 200);
    }
    void aLostReplyStillMadeTheKey()
    {
        House house;
        const auto first = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        house.holysheep.faults().mint = ProviderFaults::Mint::lost;
        QCOMPARE(int(House::ask(house.holysheep, "/v1/keys", first, R"({"name":"n"})").end), int(Reply::End::reset));
        QCOMPARE(house.holysheep.keys().list().size(), std::size_t{2});
        house.holysheep.faults().mint = ProviderFaults::Mint::lostOnce;
        QCOMPARE(int(House::ask(house.holysheep, "/v1/keys", first, R"({"name":"m"})").end), int(Reply::End::reset));
        QCOMPARE(House::ask(house.holysheep, "/v1/keys", first, R"({"name":"o"})").status, 201);
        house.holysheep.faults().mint = ProviderFaults::Mint::absent;
        QCOMPARE(House::ask(house.holysheep, "/v1/keys", first, R"({"name":"n"})").status, 404);
    }
    void unknownKeysGetTheProvidersOwn401()
    {
        House house;
        const Secret unknown{"cr_unknown"};
        const Secret odd{"key_swapped"};
        QVERIFY(House::ask(house.holysheep, chat, odd, prompt(false)).parts[0].find("Invalid API key format") != std::string::npos);
        QCOMPARE(House::ask(house.holysheep, chat, unknown, prompt(false)).status, 401);
        QVERIFY(House::ask(house.legacy, chat, odd, prompt(false)).parts[0].find("invalid_api_key") != std::string::npos);
        QVERIFY(House::ask(house.legacy, "/v1/messages", odd, "{}").parts[0].find("authentication_error") != std::string::npos);
        QCOMPARE(house.ledger.count(Side::holysheep).requests, std::uint64_t{0});
        QCOMPARE(house.ledger.count(Side::holysheep).refused, std::uint64_t{2});
    }
    void modelNamesAskForFaults()
    {
        House house;
        const auto l = house.legacy.keys().mintAtDashboard("first").key.duplicate();
        const auto h = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        for (const int status : {400, 402, 429, 500, 503, 529}) {
            const auto model = "fault-" + std::to_string(status);
            QCOMPARE(House::ask(house.legacy, chat, l, prompt(false, model.c_str())).status, status);
        }
        QCOMPARE(int(House::ask(house.legacy, chat, l, prompt(false, "fault-reset")).end), int(Reply::End::reset));
        QCOMPARE(int(House::ask(house.legacy, chat, l, prompt(false, "fault-hang")).end), int(Reply::End::hang));
        QCOMPARE(int(House::ask(house.legacy, chat, l, prompt(true, "fault-cut")).end), int(Reply::End::cut));
        const auto broken = readStream(House::ask(house.legacy, chat, l, prompt(true, "fault-stream-error")));
        QVERIFY(broken.error);
        QVERIFY(!broken.done);
        QCOMPARE(House::ask(house.legacy, chat, l, prompt(false, "fault-500-holysheep")).status, 200);
        QCOMPARE(House::ask(house.holysheep, chat, h, prompt(false, "fault-500-holysheep")).status, 500);
    }
    void pacedStreamsTellWhenTheyWereSent()
    {
        House house;
        const auto key = house.legacy.keys().mintAtDashboard("first").key.duplicate();
        const auto reply = House::ask(house.legacy, chat, key, prompt(true, "paced-200x50"));
        QCOMPARE(reply.pacedEvents, 200U);
        QCOMPARE(reply.pacedMs, 50.0);
        QVERIFY(reply.pacedEvent(1234567).find(R"("content":"1234567 ")") != std::string::npos);
    }
    void headersHaveEachProvidersForm()
    {
        House house;
        const auto l = house.legacy.keys().mintAtDashboard("first").key.duplicate();
        const auto h = house.holysheep.keys().mintAtDashboard("first").key.duplicate();
        const auto legacy = House::ask(house.legacy, chat, l, prompt(false)).fields.text();
        QVERIFY(legacy.find("x-ratelimit-reset-requests: 6ms") != std::string::npos);
        const auto holysheep = House::ask(house.holysheep, chat, h, prompt(false)).fields.text();
        QVERIFY(holysheep.find("X-RateLimit-Reset: 1767225660") != std::string::npos);
        QVERIFY(holysheep.find("X-RateLimit-Remaining: 59999") != std::string::npos);
    }
    void theLedgerCountsByKeyAndMoment()
    {
        House house;
        const auto minted = house.holysheep.keys().mintAtDashboard("first");
        House::ask(house.holysheep, chat, minted.key, prompt(false));
        house.clock.advance(1s);
        House::ask(house.holysheep, chat, minted.key, prompt(false));
        House::ask(house.holysheep, "/v1/models", minted.key, "", "GET");
        const auto& count = house.ledger.count(Side::holysheep);
        QCOMPARE(count.requests, std::uint64_t{2});
        QCOMPARE(count.byKey.at(minted.state.id), std::uint64_t{2});
        const auto all = house.ledger.linesSince(0);
        QCOMPARE(std::count(all.begin(), all.end(), '\n'), std::ptrdiff_t{3});
        const auto late = house.ledger.linesSince(1'500'000'000);
        QCOMPARE(std::count(late.begin(), late.end(), '\n'), std::ptrdiff_t{2});
        QVERIFY(Json::parse(late.substr(0, late.find('\n'))).has_value());
        auto asked = prompt(false);
        asked.insert(asked.find('{') + 1, "\"user\":\"u_7\",");
        House::ask(house.holysheep, chat, minted.key, asked);
        const auto last = Json::parse(house.ledger.linesSince(1'500'000'000).substr(late.size()));
        QCOMPARE(*(*last)["user"].asString(), std::string("u_7"));
        QVERIFY((*Json::parse(late.substr(0, late.find('\n'))))["user"].isNull());
    }
};

DROVER_TEST(TestProvider)
#include "TestProvider.moc"
