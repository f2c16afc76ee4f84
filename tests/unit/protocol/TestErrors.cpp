// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/openai/AnswerFacts.h"
#include "protocol/openai/Errors.h"
#include "protocol/vault/Vault.h"
#include "protocol/openai/Models.h"
#include "support/Damage.h"
#include "support/Files.h"
#include "support/TestMain.h"

#include <map>

using namespace drover;

namespace {

std::string fixture(const std::string& name)
{
    return test::readData("fixtures/" + name);
}

// The headers of a *.headers.txt fixture.
class Headers {
public:
    explicit Headers(const std::string& name)
    {
        std::string text = fixture(name);
        std::size_t at = text.find('\n') + 1;
        while (at < text.size()) {
            const auto end = std::min(text.find('\n', at), text.size());
            std::string line = text.substr(at, end - at);
            if (line.ends_with('\r'))
                line.pop_back();
            const auto colon = line.find(": ");
            if (colon != std::string::npos) {
                std::string key = line.substr(0, colon);
                for (auto& c : key)
                    c = char(std::tolower(c));
                values_[key] = line.substr(colon + 2);
            }
            at = end + 1;
        }
    }
    Headers(std::initializer_list<std::pair<const std::string, std::string>> values) : values_(values) {}
    HeaderLookup lookup() const
    {
        return [this](std::string_view name) -> std::optional<std::string_view> {
            const auto found = values_.find(std::string(name));
            return found == values_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
        };
    }

private:
    std::map<std::string, std::string> values_;
};

WallTime at(const char* text)
{
    return parseTime(text).value();
}

} // namespace

class TestErrors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyErrorFixture_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("errorClass");
        QTest::addColumn<bool>("retryable");
        const auto row = [](const char* file, int status, const char* errorClass, bool retryable) {
            QTest::newRow(file) << QString::fromLatin1(file) << status << QString::fromLatin1(errorClass) << retryable;
        };
        row("error-400-context.json", 400, "client", false);
        row("error-401-invalid-key.json", 401, "auth", false);
        row("error-403-region.json", 403, "auth", false);
        row("error-404-model.json", 404, "client", false);
        row("error-429-rate-limit.json", 429, "rate", true);
        row("error-429-quota.json", 429, "billing", false);
        row("error-500.json", 500, "upstream", true);
        row("error-503-overloaded.json", 503, "overload", true);
        row("error-502-proxy.html", 502, "upstream", true);
        row("anthropic-error-401.json", 401, "auth", false);
        row("anthropic-error-403.json", 403, "auth", false);
        row("anthropic-error-404.json", 404, "client", false);
        row("anthropic-error-429.json", 429, "rate", true);
        row("anthropic-error-500.json", 500, "upstream", true);
        row("anthropic-error-529.json", 529, "overload", true);
    }
    void everyErrorFixture()
    {
        QFETCH(QString, file);
        QFETCH(int, status);
        QFETCH(QString, errorClass);
        QFETCH(bool, retryable);
        const std::string body = fixture(file.toStdString());
        const auto error = parseError(status, body);
        QCOMPARE(QString::fromUtf8(errorClassName(error.errorClass).data()), errorClass);
        QCOMPARE(error.retryable, retryable);
        QVERIFY(!error.message.empty());
        AnswerReader reader{false};
        reader.read(body);
        QCOMPARE(classOfAnswer(status, reader.facts()), error.errorClass);
        test::feedDamaged(body, [&](std::string_view text) { (void)parseError(status, text); }, 300);
    }
    void whatIsTheProvidersWordOnAKey_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<bool>("refused");
        const auto row = [](const char* name, int status, const char* body, bool refused) {
            QTest::newRow(name) << status << QString::fromUtf8(body) << refused;
        };
        row("401 without a word", 401, "", true);
        row("OpenAI's", 401, R"({"error":{"message":"Incorrect API key provided: sk-1.","type":"invalid_request_error","code":"invalid_api_key"}})", true);
        row("Anthropic's", 401, R"({"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}})", true);
        row("a relay's", 401, R"({"error":"Invalid API key format","message":"API key format is invalid"})", true);
        row("from where it came", 401, R"({"error":{"message":"Your request IP is not in the allowlist","code":"ip_not_authorized"}})", false);
        row("membership", 401, R"({"error":{"message":"You must be a member of an organization to use the API"}})", false);
        row("a disabled key", 403, R"({"error":"API key is disabled","message":"This API key has been disabled"})", true);
        row("a country", 403, R"({"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}})", false);
        row("a scope", 403, R"({"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read."}})", false);
        row("a firewall", 403, "<html><title>403 Forbidden</title><body>Access denied: invalid request</body></html>", false);
        row("403 without a word", 403, "", false);
        row("too many", 429, R"({"error":{"message":"invalid API key"}})", false);
        row("accepted", 200, "{}", false);
    }
    void whatIsTheProvidersWordOnAKey()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(bool, refused);
        QCOMPARE(refusesKey(status, body.toStdString()), refused);
    }

    void otherBodies_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("errorClass");
        const auto row = [](int status, const char* body, const char* errorClass) {
            QTest::addRow("%d %s", status, body) << status << QString::fromLatin1(body) << QString::fromLatin1(errorClass);
        };
        row(401, "{\"error\":\"Invalid API key format\",\"message\":\"API key format is invalid\"}", "auth");
        row(429, "{\"error\":\"Rate limit exceeded\",\"resetAt\":\"x\",\"remainingMinutes\":3}", "rate");
        row(402, "{\"error\":\"daily_cost_limit_exceeded\"}", "billing");
        row(402, "", "billing");
        row(403, "{\"error\":{\"code\":\"insufficient_user_quota\",\"type\":\"new_api_error\"}}", "billing");
        row(400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low\"}}", "billing");
        row(429, "{\"error\":{\"type\":\"rate_limit_error\",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}", "billing");
        row(503, "{\"error\":{\"message\":\"maintenance\"}}", "upstream");
        row(503, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", "overload");
        row(529, "", "overload");
        row(504, "", "upstream");
        row(302, "", "upstream");
        row(413, "too large", "client");
        row(422, "[]", "client");
        row(0, "", "network");
        row(200, "", "ok");
    }
    void otherBodies()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(QString, errorClass);
        QCOMPARE(QString::fromUtf8(errorClassName(parseError(status, body.toStdString()).errorClass).data()), errorClass);
    }
    void htmlKeepsAShortExcerpt()
    {
        QCOMPARE(parseError(502, fixture("error-502-proxy.html")).message,
                 std::string("502 Bad Gateway 502 Bad Gateway openresty"));
        QVERIFY(parseError(500, std::string(100000, 'x') + " y").message.size() < 310);
    }
    void keysInMessagesAreMasked()
    {
        QVERIFY(parseError(401, fixture("error-401-invalid-key.json")).message.find("3kQA") == std::string::npos);
        QCOMPARE(maskSecrets("Key cr_0123456789 and (hvs.CAESIabcdef) or Bearer 0123456789abcdef0123456789abcdef0123."),
                 std::string("Key **** and (****) or Bearer ****."));
        const auto masked = [](const char* text) { return maskSecrets(text); };
        QCOMPARE(masked("Authorization: Bearer abc refused"), std::string("Authorization: Bearer **** refused"));
        QCOMPARE(masked("bearer  QUJD+/x~y-z_.9== (bad)"), std::string("bearer  **** (bad)"));
        QCOMPARE(masked(R"("BEARER: 'short'")"), std::string(R"("BEARER: '****'")"));
        QCOMPARE(masked("a Bearer token is needed; got Bearer"), std::string("a Bearer token is needed; got Bearer"));
        QCOMPARE(masked("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMiJ9.c2ln-_x expired"), std::string("token **** expired"));
        QCOMPARE(masked("key ab12cd34-ef56ab78-cd90ef12-ab34cd56-7 is bad"), std::string("key **** is bad"));
        QCOMPARE(masked("key part.0123456789abcdef0123.456789 is bad"), std::string("key **** is bad"));
        QCOMPARE(masked("xoxb-123456789012-abc"), std::string("****"));
        for (const char* harmless : {"request 550e8400-e29b-41d4-a716-446655440000 failed", "req-550e8400-e29b-41d4-a716-446655440000",
                                     "anthropic.claude-3-5-sonnet-20241022-v2 is gone", "ip-10-0-12-34.eu-west-1.compute.internal.example",
                                     "eyJust a word", "the-quick-brown-fox-jumps-over-1234-dogs"})
            QCOMPARE(masked(harmless), std::string(harmless));
        QCOMPARE(maskSecrets("the model `gpt-4.1-ultra` does not exist, see s.th."),
                 std::string("the model `gpt-4.1-ultra` does not exist, see s.th."));
    }
    void keysAreMaskedBeforeAMessageIsCut()
    {
        // Cut at 300 characters first, the key would leave a stump too short to be known for one.
        const std::string before = std::string(280, '.');
        for (const auto& message : {excerpt(before + " 0123456789abcdef0123456789abcdef"),
                                    vault::errorOf({503, "{\"errors\":[\"" + before + " 0123456789abcdef0123456789abcdef\"]}", {}}).what,
                                    vault::errorOf({500, before + " 0123456789abcdef0123456789abcdef", {}}).what})
            QVERIFY2(message.find("0123") == std::string::npos && message.find("****") != std::string::npos, message.c_str());
    }
    void waitingTimes()
    {
        const auto now = at("2025-11-22T08:00:09Z");
        const auto after = [&](const Headers& headers, int status) { return parseRetryHint(status, headers.lookup(), now).after; };
        QCOMPARE(after(Headers("error-429-rate-limit.headers.txt"), 429), std::optional<Duration>(1740ms));
        QCOMPARE(after(Headers("anthropic-error-429.headers.txt"), 429), std::optional<Duration>(12s));
        QCOMPARE(after(Headers("error-429-holysheep.headers.txt"), 429), std::optional<Duration>(51s));
        QCOMPARE(after(Headers("chat-completion.headers-holysheep.txt"), 200), std::optional<Duration>());
        QCOMPARE(after(Headers{{"retry-after", "Sat, 22 Nov 2025 08:00:12 GMT"}}, 503), std::optional<Duration>(3s));
        QCOMPARE(after(Headers{{"retry-after", "-5"}}, 429), std::optional<Duration>());
        QCOMPARE(after(Headers{{"retry-after", "soon"}}, 429), std::optional<Duration>());
        QCOMPARE(parseRetryHint(500, Headers{{"x-should-retry", "false"}}.lookup(), now).shouldRetry, std::optional(false));
    }
    void retriesAsTheOfficialClientsDo()
    {
        Random random{1};
        const auto rate = parseError(429, fixture("error-429-rate-limit.json"));
        QCOMPARE(retryDelay(rate, {Duration{2s}, {}}, 0, random), std::optional<Duration>(2s));
        QVERIFY(!retryDelay(rate, {Duration{121s}, {}}, 0, random).has_value());
        QVERIFY(!retryDelay(rate, {{}, false}, 0, random).has_value());
        const auto quota = parseError(429, fixture("error-429-quota.json"));
        QVERIFY(!retryDelay(quota, {{}, true}, 0, random).has_value());
        const auto client = parseError(400, "");
        QVERIFY(!retryDelay(client, {}, 0, random).has_value());
        QVERIFY(retryDelay(client, {{}, true}, 0, random).has_value());
        for (int attempt = 0; attempt < 40; ++attempt) {
            const double wait = seconds(*retryDelay(rate, {}, attempt, random));
            const double most = std::min(0.5 * double(1 << std::min(attempt, 10)), 8.0);
            QVERIFY(wait >= 0.74 * most && wait <= most);
        }
    }
    void rateLimitHeadersOfEachFamily()
    {
        const auto now = at("2025-11-22T08:00:01Z");
        const auto openai = parseRateLimits(Headers("chat-completion.headers.txt").lookup(), now);
        QCOMPARE(openai.family, RateLimits::Family::openai);
        QCOMPARE(openai.find("requests")->remaining, std::optional<std::uint64_t>{9999});
        QCOMPARE(openai.find("tokens")->reset, std::optional<WallTime>{now + 55ms});
        const auto plain = parseRateLimits(Headers("chat-completion.headers-holysheep.txt").lookup(), now);
        QCOMPARE(plain.family, RateLimits::Family::plain);
        QCOMPARE(plain.buckets.size(), std::size_t{1});
        QCOMPARE(plain.find("requests")->limit, std::optional<std::uint64_t>{1000});
        QCOMPARE(plain.find("requests")->reset, std::optional<WallTime>{at("2025-11-22T08:01:00Z")});
        const auto anthropic = parseRateLimits(Headers("anthropic-message.headers.txt").lookup(), now);
        QCOMPARE(anthropic.family, RateLimits::Family::anthropic);
        QCOMPARE(anthropic.buckets.size(), std::size_t{4});
        QCOMPARE(anthropic.find("input-tokens")->reset, std::optional<WallTime>{now});
        QCOMPARE(parseRateLimits(Headers{}.lookup(), now).family, RateLimits::Family::none);
    }
    void resetsInEveryForm()
    {
        const auto now = at("2025-11-22T08:00:01Z");
        const auto reset = [&](const char* text) {
            const auto limits = parseRateLimits(Headers{{"x-ratelimit-limit-requests", "1"}, {"x-ratelimit-reset-requests", text}}.lookup(), now);
            return limits.buckets.at(0).reset;
        };
        QCOMPARE(reset("6m0s"), std::optional<WallTime>{now + 6min});
        QCOMPARE(reset("1h2m3.5s"), std::optional<WallTime>{now + 1h + 2min + 3500ms});
        QCOMPARE(reset("12ms"), std::optional<WallTime>{now + 12ms});
        QCOMPARE(reset("60"), std::optional<WallTime>{now + 1min});
        QCOMPARE(reset("1763798460000"), std::optional<WallTime>{at("2025-11-22T08:01:00Z")});
        for (const char* bad : {"-1", "0", "", "soon", "12x", "1e300", "nan", "9999999h"})
            QVERIFY2(!reset(bad).has_value(), bad);
    }
    void streamErrorsStandForAStatus()
    {
        QCOMPARE(statusOfStreamError("overloaded_error"), 529);
        QCOMPARE(statusOfStreamError("server_is_overloaded"), 503);
        QCOMPARE(statusOfStreamError("rate_limit_exceeded"), 429);
        QCOMPARE(statusOfStreamError("server_error"), 500);
    }
    void modelsAreListedAndRenamed()
    {
        QCOMPARE(openai::parseModels(fixture("models.json"))->size(), std::size_t{6});
        const std::string relay = fixture("models-relay.json");
        const std::vector<std::string> names{"gpt-4.1", "claude-sonnet-4.5", "gemini-2.5-flash", "deepseek-v3.2"};
        QCOMPARE(*openai::parseModels(relay), names);
        const auto renamed = openai::renameModels(relay, {{"mine", "deepseek-v3.2"}, {"yours", "deepseek-v3.2"}});
        const std::vector<std::string> after{"gpt-4.1", "claude-sonnet-4.5", "gemini-2.5-flash", "mine", "yours"};
        QCOMPARE(*openai::parseModels(*renamed), after);
        QVERIFY(renamed->find("\"context_length\":131072") != std::string::npos);
        QVERIFY(!openai::parseModels("{}").has_value());
        QVERIFY(!openai::parseModels("<html>").has_value());
    }
};

DROVER_TEST(TestErrors)
#include "TestErrors.moc"
