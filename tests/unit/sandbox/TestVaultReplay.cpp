// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/json/Json.h"
#include "sandbox/vault/VaultState.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace drover;
using namespace drover::sandbox;

class TestVaultReplay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesTheAnswersOfARealServer();
    void sealedAnswersWithoutLookingAtTheToken();
    void anUninitialisedServerAnswersAsARealOne();
    void aServerWithASmallLimitAndQuotasAnswersAsARealOne();
    void aSealedServerAnswersTheSameWhateverTheToken();
    void aClusterAnswersAsARealOne();
    void versionsAreRead();
    // vault.md, "Later versions differ".
    void laterVersionsDiffer();
    void aMatcherThatAlwaysAgreesWouldProveNothing();
};

namespace {

std::vector<Json> linesOf(const char* name)
{
    std::ifstream file(std::string(DROVER_TEST_DATA) + "/vault/" + name);
    std::vector<Json> lines;
    std::string line;
    while (std::getline(file, line)) {
        auto value = Json::parse(line);
        if (!value)
            return {};
        lines.push_back(*std::move(value));
    }
    return lines;
}

std::string textOf(const Json& value)
{
    return value.asString() != nullptr ? *value.asString() : std::string();
}

// Compares an answer with a recorded text that holds placeholders; learns what <token:NAME> stands for.
class Matcher {
public:
    std::map<std::string, std::string> tokens;
    std::string secretId; // of the one request that holds a <uuid>

    std::string filled(std::string text) const
    {
        if (const auto at = text.find("\"secret_id\":\"<uuid>\""); at != std::string::npos && !secretId.empty())
            text.replace(at, 20, "\"secret_id\":\"" + secretId + "\"");
        for (const auto& [name, value] : tokens) {
            const auto mark = "<token:" + name + ">";
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
                text.replace(at, mark.size(), value);
        }
        return text;
    }
    // `varying` are names of number fields whose value does not count.
    bool same(std::string expected, std::string actual, const std::set<std::string>& varying)
    {
        expected = filled(withoutNumbers(std::move(expected), varying));
        actual = withoutNumbers(std::move(actual), varying);
        std::size_t at = 0;
        for (std::size_t i = 0; i < expected.size();) {
            const auto end = expected[i] == '<' ? expected.find('>', i) : std::string::npos;
            const auto name = end == std::string::npos ? std::string() : expected.substr(i + 1, end - i - 1);
            if (name.empty() || !isPlaceholder(name)) {
                if (at >= actual.size() || actual[at++] != expected[i++])
                    return false;
                continue;
            }
            const auto from = at;
            while (at < actual.size() && actual[at] != '"')
                ++at;
            if (!fits(name, actual.substr(from, at - from)))
                return false;
            i = end + 1;
        }
        return at == actual.size();
    }

private:
    static bool isPlaceholder(const std::string& name)
    {
        return name == "uuid" || name == "timestamp" || name == "accessor" || name == "hex" || name.starts_with("token");
    }
    bool fits(const std::string& name, const std::string& value)
    {
        if (name == "uuid")
            return value.size() == 36 && std::count(value.begin(), value.end(), '-') == 4;
        if (name == "timestamp")
            return value.ends_with('Z') && parseTime(value).has_value();
        if (name.starts_with("token:"))
            return !value.empty() && tokens.emplace(name.substr(6), value).second;
        return !value.empty();
    }
    static std::string withoutNumbers(std::string text, const std::set<std::string>& names)
    {
        for (const auto& name : names) {
            const auto mark = "\"" + name + "\":";
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + mark.size())) {
                const auto from = at + mark.size();
                auto end = from;
                while (end < text.size() && text[end] >= '0' && text[end] <= '9')
                    ++end;
                text.replace(from, end - from, end > from ? "0" : "");
            }
        }
        return text;
    }
};

// The last names of the paths in `varies`.
std::set<std::string> varyingOf(const Json& transcript)
{
    std::set<std::string> names;
    if (const auto* varies = transcript["varies"].asArray()) {
        for (const auto& path : *varies) {
            const auto text = textOf(path);
            const auto dot = text.rfind('.');
            names.insert(dot == std::string::npos ? text : text.substr(dot + 1));
        }
    }
    return names;
}

// What Drover never calls: transit, cubbyhole, audit devices, init, unseal keys, raft's own, lists of mounts, help.
bool isSimulated(const std::string& name)
{
    for (const char* prefix : {"transit-", "cubbyhole-", "unseal-", "init", "ha-"}) {
        if (name.starts_with(prefix))
            return false;
    }
    static const std::set<std::string> others{"sys-mounts", "http-help", "http-unsupported-path", "audit-list", "standby-leader",
                                              "standby-seal-status", "standby-no-leader-leader", "standby-restarted-unseal",
                                              "standby-restarted-no-leader-leader", "active-leader", "tls-port-plain-http"};
    return !others.contains(name);
}

// "<33 MiB of a>", "<2048 times a>".
std::string expanded(std::string body)
{
    const auto at = body.find('<');
    const auto end = body.find(" of a>");
    const auto times = body.find(" times a>");
    if (at == std::string::npos || (end == std::string::npos && times == std::string::npos))
        return body;
    const bool mebi = end != std::string::npos;
    const std::size_t count = std::stoul(body.substr(at + 1)) << (mebi ? 20 : 0);
    return body.replace(at, body.find('>', at) + 1 - at, std::string(count, 'a'));
}

VaultAnswer ask(VaultState& vault, const Json& request, const Matcher& matcher, const VaultNode& node)
{
    const auto path = matcher.filled(textOf(request["path"]));
    const auto body = expanded(matcher.filled(request["body_text"].isNull() ? std::string() : textOf(request["body_text"])));
    const auto& headers = request["headers"];
    std::optional<std::string> token;
    if (!headers["X-Vault-Token"].isNull())
        token = matcher.filled(textOf(headers["X-Vault-Token"]));
    else if (const auto bearer = textOf(headers["Authorization"]); bearer.starts_with("Bearer "))
        token = bearer.substr(7);
    const auto type = textOf(headers["Content-Type"]);
    const auto method = textOf(request["method"]);
    VaultRequest asked{method, path, token, type, body};
    if (!headers["X-Vault-Wrap-TTL"].isNull())
        asked.wrapTtl = textOf(headers["X-Vault-Wrap-TTL"]);
    asked.noForwarding = !headers["X-Vault-No-Request-Forwarding"].isNull();
    return vault.handle(asked, node);
}

// The headers that were recorded and are not those of every answer.
bool sameHeaders(const Json& transcript, const VaultAnswer& answer)
{
    const auto varies = transcript["varies"].asArray() != nullptr ? *transcript["varies"].asArray() : Json::Array{};
    std::set<std::string> expected, came;
    if (const auto* headers = transcript["response"]["headers"].asObject()) {
        for (const auto& [name, value] : *headers) {
            if (name == "Location" || name == "Content-Type")
                continue;
            const bool vary = std::ranges::find(varies, Json{"headers." + name}) != varies.end();
            expected.insert(name + (vary ? "" : ": " + textOf(value)));
        }
    }
    for (const auto& [name, value] : answer.headers) {
        const bool vary = std::ranges::find(varies, Json{"headers." + name}) != varies.end();
        came.insert(name + (vary ? "" : ": " + value));
    }
    return expected == came;
}

// Runs the setup calls that belong before a transcript.
void prepare(VaultState& vault, const std::vector<Json>& setup, const std::string& name, const std::string& server, const Matcher& matcher)
{
    for (const auto& call : setup) {
        const auto path = textOf(call["path"]);
        if (textOf(call["before"]) != name || textOf(call["server"]) != server || path.starts_with("/v1/sys/audit") ||
            path == "/v1/sys/init" || path == "/v1/sys/unseal")
            continue;
        const auto body = call["body"].isNull() ? std::string() : goJson(call["body"]);
        const auto token = matcher.filled(textOf(call["token"]));
        const auto answer = vault.handle({textOf(call["method"]), path, token, {}, body});
        if (answer.status != int(*call["status"].asInteger()))
            QWARN(qPrintable(QString::fromStdString("setup " + path + " gave " + std::to_string(answer.status))));
    }
}

// Which node of the recorded cluster answers, and in which state.
VaultNode nodeOf(const std::string& server, const std::string& name)
{
    VaultNode node;
    node.standby = server == "ha2";
    node.leader = node.standby ? "http://127.0.0.1:18220" : "";
    node.reachesLeader = name.find("leader-gone") == std::string::npos && name.find("no-leader") == std::string::npos;
    node.restarted = name.find("restarted") != std::string::npos;
    return node;
}

using Servers = std::set<std::string>;

// What the recording did beside the calls, between them.
void between(VaultState& vault, test::ManualClock& clock, const std::string& name)
{
    static const std::set<std::string> waits{"kv2-delete-version-after-read-after", "token-expired-use", "wrap-unwrap-expired",
                                             "approle-login-secret-expired-not-tidied", "kv2-upgraded-read"};
    if (waits.contains(name))
        clock.advance(2s);
    if (name == "kv-tune-to-v2")
        vault.handle({"POST", "/v1/up/k1", "root", {}, R"({"a":"b"})"});
    vault.setAuditDown(name.starts_with("audit-down-"));
}

// Replays the transcripts of servers that are wanted; names of those that differ, with what came.
QStringList replay(VaultState& vault, test::ManualClock& clock, Matcher& matcher, const Servers& servers,
                   bool (*wanted)(const std::string&), int& count)
{
    QStringList wrong;
    const auto setup = linesOf("vault-setup.jsonl");
    for (const auto& transcript : linesOf("vault-transcripts.jsonl")) {
        const auto name = textOf(transcript["name"]);
        const auto server = textOf(transcript["server"]);
        if (!servers.contains(server) || !wanted(name))
            continue;
        prepare(vault, setup, name, server, matcher);
        between(vault, clock, name);
        const auto& response = transcript["response"];
        ++count;
        const auto answer = ask(vault, transcript["request"], matcher, nodeOf(server, name));
        if (name == "approle-secret-id-unwrap")
            matcher.secretId = textOf((*Json::parse(answer.body))["data"]["secret_id"]);
        const bool same = answer.status == int(*response["status"].asInteger()) &&
                          matcher.same(textOf(response["body_text"]), answer.body, varyingOf(transcript)) &&
                          answer.location == textOf(response["headers"]["Location"]) &&
                          answer.contentType == textOf(response["headers"]["Content-Type"]) && sameHeaders(transcript, answer);
        if (!same)
            wrong << QString::fromStdString(name + ": " + std::to_string(answer.status) + " " + answer.contentType + " " +
                                            answer.body.substr(0, 900) + "\n   recorded " + textOf(response["body_text"]).substr(0, 900));
    }
    return wrong;
}

// `all`: so that none falls out of the replay unnoticed.
void finish(const QStringList& wrong, int count, int all)
{
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    QVERIFY2(count == all, qPrintable(QString::number(count)));
}

} // namespace


void TestVaultReplay::givesTheAnswersOfARealServer()
{
    test::ManualClock clock;
    VaultState vault{clock, {.rootToken = "root"}};
    vault.mount("kv1/", "kv", 1);
    vault.mount("transit/", "transit", 0);
    QVERIFY(vault.enableAuth("approle", "approle") && vault.enableAuth("userpass", "userpass"));
    Matcher matcher;
    int count = 0;
    const auto wrong = replay(vault, clock, matcher, {"dev"}, isSimulated, count);
    finish(wrong, count, 312);
}

void TestVaultReplay::sealedAnswersWithoutLookingAtTheToken()
{
    test::ManualClock clock;
    VaultState vault{clock, {.rootToken = "root", .shares = 3, .threshold = 2}};
    vault.setSealed(true);
    Matcher matcher;
    matcher.tokens.emplace("root", "root");
    int count = 0;
    const auto wrong = replay(
        vault, clock, matcher, {"plain"},
        [](const std::string& name) { return name.starts_with("sealed-") && !name.starts_with("sealed-again"); }, count);
    finish(wrong, count, 13);
}

void TestVaultReplay::anUninitialisedServerAnswersAsARealOne()
{
    test::ManualClock clock;
    VaultState vault{clock, {.dev = false, .initialized = false}};
    Matcher matcher;
    int count = 0;
    const auto wrong = replay(vault, clock, matcher, {"plain"}, [](const std::string& name) { return name.starts_with("uninit-"); }, count);
    finish(wrong, count, 7);
}

void TestVaultReplay::aServerWithASmallLimitAndQuotasAnswersAsARealOne()
{
    test::ManualClock clock;
    VaultState vault{clock, {.rootToken = "root", .shares = 3, .threshold = 2, .dev = false, .mostBytes = 1024}};
    Matcher matcher;
    matcher.tokens.emplace("root", "root");
    int count = 0;
    const auto wrong = replay(
        vault, clock, matcher, {"plain", "tls"},
        [](const std::string& name) {
            return name.starts_with("unsealed-") || name.starts_with("http-oversized-") || name == "not-dev-no-secret-mount" ||
                   name == "tls-read";
        },
        count);
    finish(wrong, count, 7);
    // The recording had used up the one call of an hour before.
    vault.handle({"POST", "/v1/sys/quotas/rate-limit/global", "root", {}, R"({"path":"","rate":1,"interval":"1h"})"});
    vault.handle({"GET", "/v1/sys/health", std::nullopt, {}, {}});
    QCOMPARE(vault.handle({"GET", "/v1/sys/health", std::nullopt, {}, {}}).body,
             std::string("{\"errors\":[\"request path \\\"sys/health\\\": rate limit quota exceeded\"]}\n"));
    QCOMPARE(vault.handle({"GET", "/v1/auth/token/lookup-self", "root", {}, {}}).status, 429);
    QCOMPARE(vault.handle({"GET", "/v1/sys/seal-status", std::nullopt, {}, {}}).status, 429);
}

void TestVaultReplay::aSealedServerAnswersTheSameWhateverTheToken()
{
    test::ManualClock clock;
    VaultState vault{clock, {.rootToken = "root", .dev = false}};
    Matcher matcher;
    matcher.tokens.emplace("root", "root");
    int count = 0;
    const auto wrong = replay(
        vault, clock, matcher, {"plain"},
        [](const std::string& name) { return name == "seal" || name.starts_with("sealed-again-"); }, count);
    finish(wrong, count, 4);
}

void TestVaultReplay::aClusterAnswersAsARealOne()
{
    test::ManualClock clock;
    VaultState vault{clock, {.rootToken = "root", .dev = false, .entryLimit = 1 << 20}};
    Matcher matcher;
    matcher.tokens.emplace("root", "root");
    int count = 0;
    vault.mount("secret/", "kv", 2);
    vault.handle({"POST", "/v1/secret/data/app", "root", {}, R"({"data":{"a":"b"}})"});
    const auto wrong = replay(vault, clock, matcher, {"ha2"}, isSimulated, count);
    finish(wrong, count, 14);
    const std::string big = R"({"data":{"x":")" + std::string(2 << 20, 'a') + "\"}}";
    const auto tooLarge = vault.handle({"POST", "/v1/secret/data/mid", "root", {}, big});
    QCOMPARE(tooLarge.status, 500);
    QCOMPARE(tooLarge.body, std::string("{\"errors\":[\"1 error occurred:\\n\\t* put failed due to value being too large; got "
                                        "2097383 bytes, max: 1048576 bytes\\n\\n\"]}\n"));
}

void TestVaultReplay::versionsAreRead()
{
    QVERIFY(VaultVersion::parse("1.14.3-beta1")->since(14, 3));
    QVERIFY(!VaultVersion::parse("1.14")->since(14, 1));
    QVERIFY(VaultVersion::parse("2.0.0")->since(20));
    QVERIFY(!VaultVersion{}.since(9));
    for (const char* bad : {"", "1", "v1.2", "1.x", "1.2.3.4", "1.-2"})
        QVERIFY2(!VaultVersion::parse(bad), bad);
}

void TestVaultReplay::laterVersionsDiffer()
{
    test::ManualClock clock;
    const auto make = [&](const char* version) {
        auto made = std::make_unique<VaultState>(clock, VaultOptions{.rootToken = "root", .version = *VaultVersion::parse(version)});
        auto& vault = *made;
        vault.mount("kv1/", "kv", 1);
        vault.enableAuth("userpass", "userpass");
        vault.handle({"POST", "/v1/auth/userpass/users/bob", "root", {}, R"({"password":"pw"})"});
        vault.handle({"POST", "/v1/secret/data/app", "root", {}, R"({"data":{"a":"b","c":"d"}})"});
        return made;
    };
    const auto get = [](VaultState& vault, std::string path) { return vault.handle({"GET", path, "root", {}, {}}); };
    const auto patch = [](VaultState& vault, const char* type) {
        return vault.handle({"PATCH", "/v1/secret/data/app", "root", type, R"({"data":{"a":null,"e":"f"}})"}).status;
    };
    const auto first = make("1.8.9"), second = make("1.14.3"), third = make("1.10.1");
    auto &older = *first, &newer = *second, &tenth = *third;
    const std::string dots = "/v1/kv1/a..b";
    QCOMPARE(older.handle({"POST", dots, "root", {}, R"({"a":"b"})"}).status, 500);
    QCOMPARE(tenth.handle({"POST", dots, "root", {}, R"({"a":"b"})"}).status, 400);
    QVERIFY(get(older, "/v1/secret/data/app").body.find("custom_metadata") == std::string::npos);
    QVERIFY(get(newer, "/v1/secret/data/app").body.find(R"(Z","custom_metadata":null,"deletion_time")") != std::string::npos);
    QVERIFY(get(newer, "/v1/secret/metadata/app").body.find(R"("custom_metadata":null,"delete_version_after")") != std::string::npos);
    QCOMPARE(patch(older, "application/merge-patch+json"), 405);
    QCOMPARE(patch(newer, "application/json"), 415);
    QCOMPARE(patch(newer, "application/merge-patch+json"), 200);
    QVERIFY(get(newer, "/v1/secret/data/app").body.find(R"("data":{"c":"d","e":"f"})") != std::string::npos);
    QCOMPARE(older.handle({"GET", "/v1/secret/data/app", std::nullopt, {}, {}}).status, 400);
    QCOMPARE(newer.handle({"GET", "/v1/secret/data/app", std::nullopt, {}, {}}).status, 403);
    QVERIFY(newer.mintRoot().starts_with("hvs."));
    QVERIFY(older.mintRoot().starts_with("s."));
    QCOMPARE(get(older, "/v1/secret/subkeys/app").status, 404);
    QVERIFY(get(newer, "/v1/secret/subkeys/app").body.find(R"("subkeys":{"c":null,"e":null})") != std::string::npos);
    QVERIFY(get(newer, "/v1/sys/seal-status").body.find("build_date") != std::string::npos);
    QVERIFY(get(tenth, "/v1/sys/seal-status").body.find("build_date") == std::string::npos);
    QCOMPARE(get(tenth, "/v1/secret/data/app/").status, 500);
    QCOMPARE(get(newer, "/v1/secret/data/app/").status, 404);
    const auto login = newer.handle({"POST", "/v1/auth/userpass/login/bob", std::nullopt, {}, R"({"password":"pw"})"});
    QVERIFY(login.body.find(R"("orphan":true,"mfa_requirement":null,"num_uses":0})") != std::string::npos);
    QVERIFY(VaultVersion::parse("1.11.7")->exemptsHealthFromQuotas() && !VaultVersion::parse("1.11.6")->exemptsHealthFromQuotas());
    newer.handle({"POST", "/v1/sys/quotas/rate-limit/g", "root", {}, R"({"path":"","rate":1,"interval":"1h"})"});
    QCOMPARE(get(newer, "/v1/secret/data/app").status, 200);
    QCOMPARE(get(newer, "/v1/secret/data/app").status, 429);
    QCOMPARE(get(newer, "/v1/sys/health").status, 200);
}

void TestVaultReplay::aMatcherThatAlwaysAgreesWouldProveNothing()
{
    Matcher matcher;
    QVERIFY(matcher.same("{\"id\":\"<uuid>\",\"n\":1}", "{\"id\":\"00000000-0000-7000-8000-000000000000\",\"n\":1}", {}));
    QVERIFY(!matcher.same("{\"id\":\"<uuid>\",\"n\":1}", "{\"id\":\"00000000-0000-7000-8000-000000000000\",\"n\":2}", {}));
    QVERIFY(matcher.same("{\"n\":1}", "{\"n\":22}", {"n"}));
    QVERIFY(!matcher.same("{\"t\":\"<timestamp>\"}", "{\"t\":\"yesterday\"}", {}));
    QVERIFY(!matcher.same("{}", "{}\n", {}));
    QVERIFY(matcher.same("<token:a>", "s.1", {}));
    QVERIFY(!matcher.same("<token:a>", "s.2", {}));
}

DROVER_TEST(TestVaultReplay)
#include "TestVaultReplay.moc"
