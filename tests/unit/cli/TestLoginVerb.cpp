// SPDX-License-Identifier: Apache-2.0
#include "CliBench.h"

#include "ports/BrowserLogin.h"
#include "support/TestMain.h"

#include <algorithm>

using namespace drover;
using namespace drover::test;

// secrets login, and who is asked to log in before a verb begins.
class TestLoginVerb : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thePersonLogsInByTheAddressThatIsSaid();
    void aLoginThatCannotBeKeptIsNotBegun();
    void aStoreThatLogsInByItselfIsLeftAlone();
    void aPersonIsAskedBeforeAVerbThatOpensSecrets();
    void nobodyIsAskedWithoutATerminal();
};

namespace {

class FakeLogin final : public BrowserLogin {
public:
    std::optional<Error> missing = Error{Errc::unauthorized, "log in with `droverctl secrets login`", "vault.auth"};
    std::optional<Error> unkept;
    int logins = 0;

    Task<Result<void>> checkLogin(Deadline) override { co_return missing ? Result<void>{*missing} : Result<void>{}; }
    Task<Result<void>> checkKeeping(Deadline) override { co_return unkept ? Result<void>{*unkept} : Result<void>{}; }
    Task<Result<Done>> logIn(Show show) override
    {
        ++logins;
        show("https://idp.example/a");
        missing.reset();
        co_return Done{parseTime("2026-11-22T10:00:00Z").value(), unkept};
    }
};

struct LoginBench : CliBench {
    LoginBench() { fake.secrets.login = &login; }
    FakeLogin login;
};

} // namespace

void TestLoginVerb::thePersonLogsInByTheAddressThatIsSaid()
{
    LoginBench bench;
    std::string opened;
    bench.console.browse = [&](const std::string& address) { opened = address; };
    const QJsonObject document = bench.document({"secrets", "login"}, 0);
    QCOMPARE(document[QStringLiteral("kept")].toBool(), true);
    QCOMPARE(document[QStringLiteral("until")].toString(), QStringLiteral("2026-11-22T10:00:00.000Z"));
    QVERIFY2(bench.err.find("\nhttps://idp.example/a\n") != std::string::npos, bench.err.c_str());
    QCOMPARE(opened, std::string("https://idp.example/a"));
    QVERIFY(std::ranges::any_of(bench.fake.audit.rows, [](const AuditEntry& entry) { return entry.deed == "secrets.login"; }));
}

void TestLoginVerb::aLoginThatCannotBeKeptIsNotBegun()
{
    LoginBench bench;
    bench.login.unkept = Error{Errc::locked, "the keyring is locked: unlock it", "keychain"};
    QVERIFY(!bench.document({"secrets", "login"}, 5).isEmpty());
    QCOMPARE(bench.login.logins, 0);
}

void TestLoginVerb::aStoreThatLogsInByItselfIsLeftAlone()
{
    CliBench bench;
    QVERIFY(!bench.document({"secrets", "login"}, 3).isEmpty());
    bench.console.person = true;
    QVERIFY(!bench.document({"secrets", "list"}, 0).isEmpty());
}

void TestLoginVerb::aPersonIsAskedBeforeAVerbThatOpensSecrets()
{
    LoginBench bench;
    bench.console.person = true;
    QVERIFY(!bench.document({"audit", "list"}, 0).isEmpty());
    QVERIFY(!bench.document({"keys", "list"}, 0).isEmpty());
    QCOMPARE(bench.login.logins, 0); // they open none
    bench.login.unkept = Error{Errc::unavailable, "no keyring", "keychain"};
    QVERIFY(!bench.document({"secrets", "list"}, 0).isEmpty());
    QCOMPARE(bench.login.logins, 1);
    QVERIFY2(bench.err.find("ends with this command") != std::string::npos, bench.err.c_str());
    QVERIFY(!bench.document({"secrets", "list"}, 0).isEmpty());
    QCOMPARE(bench.login.logins, 1);
    // What does not want for a login says so itself.
    bench.login.missing = Error{Errc::network, "no connection", "vault"};
    QVERIFY(!bench.document({"secrets", "list"}, 0).isEmpty());
    QCOMPARE(bench.login.logins, 1);
}

void TestLoginVerb::nobodyIsAskedWithoutATerminal()
{
    LoginBench bench;
    QVERIFY(!bench.document({"secrets", "list"}, 0).isEmpty()); // the store has its say
    QCOMPARE(bench.login.logins, 0);
}

DROVER_TEST(TestLoginVerb)
#include "TestLoginVerb.moc"
