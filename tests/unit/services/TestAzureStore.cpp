// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/CloudServer.h"
#include "support/ManualClock.h"
#include "support/Secrets.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"

#include "sandbox/cloud/AzureState.h"
#include "services/AzureStore.h"

using namespace drover;
using drover::sandbox::AzureState;
using drover::test::await;
using drover::test::CloudServer;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using drover::test::plain;
using drover::test::stored;

class TestAzureStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void keepsSecrets();
    void keepsNamesApart();
    void listsMoreThanAPage();
    void aWriterInBetweenIsSeen();
    void twoStoresAtOnceHaveAtMostOneWinner();
    void aLostAnswerIsFoundAgain();
    void aDisabledVersionGivesWayToTheOneBefore();
    void aRemovedNameIsKept();
    void renewsItsToken();
    void sendsNothingToWhatIsNoVault();
    void throttledIsAskedAgain();
    void saysWhatIsWrong();
    void aHangingServiceEndsWithTheDeadline();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    AzureStore store(const std::string& url, const std::string& authority = {}, const Clock* clock = nullptr)
    {
        return {http_,
                {url, {}, state_->login.clientId, authority.empty() ? server_->url() : authority, "holysheep", {}, "w_1"},
                [this](Deadline) { return login(); },
                clock == nullptr ? clock_ : *clock,
                Random{random_()}};
    }
    Task<Result<Secret>> login() { co_return Secret{secret_}; }
    int foreign(const char* method, const std::string& target, const std::string& body)
    {
        return state_->handle({method, target + "?api-version=7.4", {{"Authorization", "Bearer " + token_}}, body}).status;
    }
    SystemClock clock_;
    Random random_{7};
    HttpClient http_{clock_, Random{1}};
    std::string secret_;
    std::string token_;
    std::unique_ptr<AzureState> state_;
    std::unique_ptr<CloudServer<AzureState>> server_;
};

void TestAzureStore::init()
{
    server_.reset();
    state_ = std::make_unique<AzureState>(clock_, 1);
    server_ = std::make_unique<CloudServer<AzureState>>(*state_);
    state_->baseUrl = server_->url();
    secret_ = state_->login.clientSecret;
    server_->before = [this](const LoopbackRequest& request) {
        if (const auto header = request.header("authorization"); header.startsWith("Bearer "))
            token_ = header.mid(7).toStdString();
    };
}

void TestAzureStore::keepsSecrets()
{
    auto azure = store(server_->url());
    DROVER_VERIFY_OK(await(azure.check(soon())));
    QVERIFY(await(azure.list(soon())).value().empty());
    QCOMPARE(int(await(azure.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(int(await(azure.write("k_01", stored("a"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(azure.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(int(await(azure.write("k_01", stored("b"), 0, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(azure.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2}); // all within a second
    QCOMPARE(await(azure.write("k_01", stored("c"), 2, soon())).value(), std::uint64_t{3});
    QCOMPARE(await(azure.write("kek", stored("kk"), 0, soon())).value(), std::uint64_t{1});
    const auto read = await(azure.read("k_01", soon()));
    DROVER_VERIFY_OK(read);
    QCOMPARE(plain(read->value), std::string("c"));
    QCOMPARE(read->version, std::uint64_t{3});
    QCOMPARE(read->notes, (std::map<std::string, std::string>{{"created_by", "rotation-service"}}));
    QCOMPARE(await(azure.list(soon())).value(), (std::vector<std::string>{"k_01", "kek"}));
    DROVER_VERIFY_OK(await(azure.remove("k_01", soon())));
    DROVER_VERIFY_OK(await(azure.remove("k_01", soon())));
    QCOMPARE(int(await(azure.read("k_01", soon())).error().code), int(Errc::notFound));
}

void TestAzureStore::keepsNamesApart()
{
    auto azure = store(server_->url());
    await(azure.write("k_01", stored("a"), 0, soon())).value();
    QCOMPARE(int(await(azure.read("k-01", soon())).error().code), int(Errc::invalidInput));
    QCOMPARE(int(await(azure.write("K_01", stored("b"), 1, soon())).error().code), int(Errc::invalidInput));
    QCOMPARE(int(await(azure.remove("k-01", soon())).error().code), int(Errc::invalidInput));
    QCOMPARE(plain(await(azure.read("k_01", soon())).value().value), std::string("a"));
    QCOMPARE(int(await(azure.read("a.b", soon())).error().code), int(Errc::invalidInput));
    // What somebody else made has no tag: either name is right.
    QCOMPARE(foreign("PUT", "/secrets/holysheep-by-hand", R"({"value":"cr_by_hand"})"), 200);
    QCOMPARE(plain(await(azure.read("by_hand", soon())).value().value), std::string("cr_by_hand"));
    QCOMPARE(await(azure.list(soon())).value(), (std::vector<std::string>{"by-hand", "k_01"}));
}

void TestAzureStore::listsMoreThanAPage()
{
    auto azure = store(server_->url());
    await(azure.check(soon())).value();
    for (int i = 0; i < 60; ++i)
        QCOMPARE(foreign("PUT", "/secrets/holysheep-k" + std::to_string(i), R"({"value":"x"})"), 200);
    QCOMPARE(await(azure.list(soon())).value().size(), std::size_t{60});
    for (int i = 0; i < 60; ++i)
        QCOMPARE(foreign("PUT", "/secrets/holysheep-k1", R"({"value":"x"})"), 200);
    const auto read = await(azure.read("k1", soon())).value();
    QVERIFY(read.version > 1000);
}

void TestAzureStore::aWriterInBetweenIsSeen()
{
    CloudServer first{*state_};
    auto ours = store(first.url());
    auto theirs = store(server_->url());
    state_->resource = "http://127.0.0.1"; // both ports are of this vault
    DROVER_VERIFY_OK(await(theirs.check(soon())));
    await(ours.write("k_01", stored("a"), 0, soon())).value();
    std::optional<Result<std::uint64_t>> other;
    first.before = [&](const LoopbackRequest& request) {
        if (request.method != "PUT" || other)
            return;
        first.before = {};
        other = await(theirs.write("k_01", stored("theirs"), 1, soon()));
    };
    QCOMPARE(int(await(ours.write("k_01", stored("ours"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(other->value(), std::uint64_t{2});
    QCOMPARE(plain(await(ours.read("k_01", soon())).value().value), std::string("theirs"));
    QCOMPARE(await(ours.write("k_01", stored("next"), 2, soon())).value(), std::uint64_t{3});
    QCOMPARE(plain(await(theirs.read("k_01", soon())).value().value), std::string("next"));
}

void TestAzureStore::twoStoresAtOnceHaveAtMostOneWinner()
{
    for (int round = 0; round < 20; ++round) {
        const std::string name = "k" + std::to_string(round);
        auto one = store(server_->url());
        auto two = store(server_->url());
        const std::uint64_t start = round % 2 == 0 ? 0 : await(one.write(name, stored("start"), 0, soon())).value();
        std::vector<Task<Result<std::uint64_t>>> tasks;
        tasks.push_back(one.write(name, stored("one"), start, soon()));
        tasks.push_back(two.write(name, stored("two"), start, soon()));
        const auto done = await(whenAll(std::move(tasks)));
        QVERIFY(int(done[0].has_value()) + int(done[1].has_value()) <= 1);
        for (const auto& result : done)
            QVERIFY(result.has_value() || result.error().code == Errc::conflict);
        const auto read = await(one.read(name, soon()));
        const std::string wanted = done[0].has_value() ? "one" : done[1].has_value() ? "two" : start == 0 ? "" : "start";
        QCOMPARE(read.has_value() ? plain(read->value) : std::string(), wanted);
    }
}

void TestAzureStore::aLostAnswerIsFoundAgain()
{
    auto azure = store(server_->url());
    state_->faults.loseAnswers = 1;
    QCOMPARE(await(azure.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    state_->faults.loseAnswers = 1;
    QCOMPARE(await(azure.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(await(azure.write("k_01", stored("c"), 2, soon())).value(), std::uint64_t{3});
}

void TestAzureStore::aDisabledVersionGivesWayToTheOneBefore()
{
    auto azure = store(server_->url());
    await(azure.write("k_01", stored("a"), 0, soon())).value();
    await(azure.write("k_01", stored("b"), 1, soon())).value();
    const auto disableNewest = [&] {
        const auto answer = state_->handle({"GET", "/secrets/holysheep-k-01?api-version=7.4", {{"Authorization", "Bearer " + token_}}, {}});
        const auto version = azure::parseRead({answer.status, answer.body, {}}).value().version.id;
        return foreign("PATCH", "/secrets/holysheep-k-01/" + version, R"({"attributes":{"enabled":false}})");
    };
    QCOMPARE(disableNewest(), 200);
    const auto read = await(azure.read("k_01", soon())).value();
    QCOMPARE(plain(read.value), std::string("a"));
    QCOMPARE(read.version, std::uint64_t{1});
    QCOMPARE(await(azure.write("k_01", stored("c"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(plain(await(azure.read("k_01", soon())).value().value), std::string("c"));
}

void TestAzureStore::aRemovedNameIsKept()
{
    auto azure = store(server_->url());
    await(azure.write("k_01", stored("a"), 0, soon())).value();
    DROVER_VERIFY_OK(await(azure.remove("k_01", soon())));
    const auto error = await(azure.write("k_01", stored("b"), 0, soon())).error();
    QCOMPARE(int(error.code), int(Errc::refused));
    QVERIFY(error.what.find("recover") != std::string::npos);
}

void TestAzureStore::renewsItsToken()
{
    test::ManualClock clock;
    AzureState state{clock, 2};
    CloudServer server{state};
    state.baseUrl = server.url();
    auto azure = store(server.url(), server.url(), &clock);
    QVERIFY(await(azure.list(soon())).has_value());
    QVERIFY(await(azure.list(soon())).has_value());
    QCOMPARE(state.tokensIssued, 1);
    clock.advance(56min);
    QVERIFY(await(azure.list(soon())).has_value());
    QCOMPARE(state.tokensIssued, 2);
    state.endTokens();
    QVERIFY(await(azure.list(soon())).has_value());
    QCOMPARE(state.tokensIssued, 3);
}

void TestAzureStore::sendsNothingToWhatIsNoVault()
{
    state_->resource = "https://vault.azure.net"; // the tokens of real vaults, asked for by this host
    const auto error = await(store(server_->url()).check(soon())).error();
    QCOMPARE(int(error.code), int(Errc::refused));
    state_->resource = {};
    // A vault that names a login of its own does not get the client secret.
    const auto login = await(store(server_->url(), "https://login.microsoftonline.com").check(soon())).error();
    QCOMPARE(int(login.code), int(Errc::refused));
    for (const auto& request : server_->server().requests())
        QVERIFY(request.method == "GET" && request.header("authorization").isEmpty());
    QCOMPARE(server_->server().requests().size(), std::size_t{2});
}

void TestAzureStore::throttledIsAskedAgain()
{
    auto azure = store(server_->url());
    state_->faults.throttles = 2;
    QVERIFY(await(azure.list(soon())).has_value());
    state_->faults.throttles = 100;
    QCOMPARE(int(await(azure.list(soon())).error().code), int(Errc::rateLimited));
}

void TestAzureStore::saysWhatIsWrong()
{
    state_->faults.denied = {"get"};
    const auto denied = await(store(server_->url()).check(soon())).error();
    QCOMPARE(int(denied.code), int(Errc::forbidden));
    QVERIFY(denied.what.find("Key Vault Secrets Officer") != std::string::npos);
    secret_ = "planted-wrong-secret";
    const auto wrong = await(store(server_->url()).check(soon())).error();
    QCOMPARE(int(wrong.code), int(Errc::unauthorized));
    QCOMPARE(wrong.where, std::string("azure.client_secret"));
    QVERIFY(wrong.what.find("secret's value") != std::string::npos);
    QVERIFY(describe(wrong).find("planted") == std::string::npos);
    QCOMPARE(await(AzureStore{http_, {}, [this](Deadline) { return login(); }, clock_, Random{1}}.check(soon())).error().where,
             std::string("azure.vault_url"));
}

void TestAzureStore::aHangingServiceEndsWithTheDeadline()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    auto azure = store(server.url());
    const auto by = [&] { return Deadline::in(clock_, 50ms); };
    QCOMPARE(int(await(azure.check(by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(azure.read("k", by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(azure.write("k", stored("a"), 0, by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(azure.list(by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(azure.remove("k", by())).error().code), int(Errc::timeout));
}

DROVER_TEST(TestAzureStore)
#include "TestAzureStore.moc"
