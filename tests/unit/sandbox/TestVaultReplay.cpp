// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/json/Json.h"
#include "sandbox/vault/VaultState.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace drover;
using namespace drover::sandbox;

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

    std::string filled(std::string text) const
    {
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

// What issue 3 adds: auth methods, wrapping, quotas, audit, clusters, transit, upgrades of a mount, the help text.
bool isSimulated(const std::string& name)
{
    for (const char* prefix : {"approle-", "userpass-", "wrap-", "transit-", "quota-", "audit-", "cubbyhole-", "uninit-",
                               "init", "unseal-", "standby-", "raft-", "ha-", "tls-", "active-leader"}) {
        if (name.starts_with(prefix))
            return false;
    }
    static const std::set<std::string> later{"kv-tune-to-v2",       "kv2-upgrade-window-read", "kv2-upgrade-window-write",
                                             "kv2-upgraded-read",   "sys-mounts",              "http-help",
                                             "http-unsupported-path", "http-oversized-small-limit", "http-oversized-small-limit-ok",
                                             "http-oversized-bad-token", "unsealed-lookup-self-init-root", "not-dev-no-secret-mount",
                                             "audit-list"};
    return !later.contains(name);
}

VaultAnswer ask(VaultState& vault, const Json& request, const Matcher& matcher)
{
    const auto path = matcher.filled(textOf(request["path"]));
    const auto body = matcher.filled(request["body_text"].isNull() ? std::string() : textOf(request["body_text"]));
    const auto& headers = request["headers"];
    std::optional<std::string> token;
    if (!headers["X-Vault-Token"].isNull())
        token = matcher.filled(textOf(headers["X-Vault-Token"]));
    else if (const auto bearer = textOf(headers["Authorization"]); bearer.starts_with("Bearer "))
        token = bearer.substr(7);
    const auto type = textOf(headers["Content-Type"]);
    const auto method = textOf(request["method"]);
    return vault.handle({method, path, token, type, body});
}

// Runs the setup calls that belong before a transcript.
void prepare(VaultState& vault, const std::vector<Json>& setup, const std::string& name)
{
    for (const auto& call : setup) {
        if (textOf(call["before"]) != name || textOf(call["server"]) != "dev")
            continue;
        const auto body = call["body"].isNull() ? std::string() : goJson(call["body"]);
        const auto path = textOf(call["path"]);
        const auto answer = vault.handle({textOf(call["method"]), path, textOf(call["token"]), {}, body});
        const bool later = path.find("approle") != std::string::npos || path.find("userpass") != std::string::npos ||
                           path.find("quotas") != std::string::npos || path.find("audit") != std::string::npos;
        if (!later && answer.status != int(*call["status"].asInteger()))
            QWARN(qPrintable(QString::fromStdString("setup " + path + " gave " + std::to_string(answer.status))));
    }
}

} // namespace

class TestVaultReplay : public QObject {
    Q_OBJECT

    // Replays the transcripts of a server that are wanted; names of those that differ, with what came.
    static QStringList replay(VaultState& vault, test::ManualClock& clock, Matcher& matcher, const std::string& server,
                              bool (*wanted)(const std::string&), int& count)
    {
        QStringList wrong;
        const auto setup = linesOf("vault-setup.jsonl");
        for (const auto& transcript : linesOf("vault-transcripts.jsonl")) {
            const auto name = textOf(transcript["name"]);
            if (textOf(transcript["server"]) != server)
                continue;
            if (server == "dev")
                prepare(vault, setup, name);
            // What waited a moment for something to expire.
            if (name == "kv2-delete-version-after-read-after" || name == "token-expired-use")
                clock.advance(2s);
            const auto& response = transcript["response"];
            if (!wanted(name) || textOf(transcript["request"]["body_text"]).find(" MiB of a>") != std::string::npos)
                continue;
            ++count;
            const auto answer = ask(vault, transcript["request"], matcher);
            const bool same = answer.status == int(*response["status"].asInteger()) &&
                              matcher.same(textOf(response["body_text"]), answer.body, varyingOf(transcript)) &&
                              answer.location == textOf(response["headers"]["Location"]) &&
                              answer.contentType == textOf(response["headers"]["Content-Type"]);
            if (!same)
                wrong << QString::fromStdString(name + ": " + std::to_string(answer.status) + " " + answer.contentType + " " +
                                                answer.body + "\n   recorded " + textOf(response["body_text"]));
        }
        return wrong;
    }

private Q_SLOTS:
    void givesTheAnswersOfARealServer()
    {
        test::ManualClock clock;
        VaultState vault{clock, {.rootToken = "root"}};
        vault.mount("kv1/", "kv", 1);
        vault.mount("transit/", "transit", 0);
        Matcher matcher;
        int count = 0;
        const auto wrong = replay(vault, clock, matcher, "dev", isSimulated, count);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
        QVERIFY2(count >= 210, qPrintable(QString::number(count)));
    }
    void sealedAnswersWithoutLookingAtTheToken()
    {
        test::ManualClock clock;
        VaultState vault{clock, {.rootToken = "root", .shares = 3, .threshold = 2}};
        vault.setSealed(true);
        Matcher matcher;
        matcher.tokens.emplace("root", "root");
        int count = 0;
        const auto wrong = replay(
            vault, clock, matcher, "plain", [](const std::string& name) { return name.starts_with("sealed-"); }, count);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
        QVERIFY2(count >= 13, qPrintable(QString::number(count)));
    }
    void laterVersionsAnswer403WithoutAToken()
    {
        test::ManualClock clock;
        VaultState vault{clock, {.rootToken = "root", .noTokenStatus = 403}};
        QCOMPARE(vault.handle({"GET", "/v1/secret/data/x", std::nullopt, {}, {}}).status, 403);
    }
    void aMatcherThatAlwaysAgreesWouldProveNothing()
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
};

DROVER_TEST(TestVaultReplay)
#include "TestVaultReplay.moc"
