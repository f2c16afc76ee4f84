// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/CloudServer.h"
#include "support/ManualClock.h"
#include "support/Secrets.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"

#include "sandbox/cloud/GcpState.h"
#include "services/GcpStore.h"

using namespace drover;
using drover::sandbox::CloudRequest;
using drover::sandbox::GcpState;
using drover::test::await;
using drover::test::CloudServer;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using drover::test::plain;
using drover::test::stored;

class TestGcpStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void keepsSecrets();
    void aWriterInBetweenWins();
    void twoStoresAtOnceHaveOneWinner();
    void aLostAnswerIsFoundAgain();
    void aDisabledVersionGivesWayToTheOneBefore();
    void renewsItsToken();
    void throttledIsAskedAgain();
    void saysWhatIsWrong();
    void takesTheProjectOfTheCredentials();
    void aHangingServiceEndsWithTheDeadline();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    GcpStore store(const std::string& url, std::string project = "drover-sandbox", const Clock* clock = nullptr)
    {
        return {http_, {std::move(project), url, "holysheep", {}, "w_1"}, [this](Deadline) { return login(); },
                clock == nullptr ? clock_ : *clock, Random{random_()}};
    }
    Task<Result<Secret>> login() { co_return Secret{credentials_}; }
    // As another client with a token of its own.
    int foreign(GcpState& state, std::string_view verb)
    {
        const auto header = [&] { return std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer " + token_}}; };
        const std::string target = "/v1/projects/drover-sandbox/secrets/holysheep-k_01/versions/" + std::string(verb);
        return state.handle({"POST", target, header(), "{}"}).status;
    }
    SystemClock clock_;
    Random random_{7};
    HttpClient http_{clock_, Random{1}};
    std::string credentials_;
    std::string token_;
    std::unique_ptr<GcpState> state_;     // one for all tests: its key takes a moment
    std::unique_ptr<CloudServer<GcpState>> server_;
};

void TestGcpStore::initTestCase()
{
    state_ = std::make_unique<GcpState>(clock_, 1);
    server_ = std::make_unique<CloudServer<GcpState>>(*state_);
    state_->baseUrl = server_->url();
    credentials_ = state_->serviceAccount();
    server_->before = [this](const LoopbackRequest& request) {
        if (const auto header = request.header("authorization"); header.startsWith("Bearer "))
            token_ = header.mid(7).toStdString();
    };
}

void TestGcpStore::keepsSecrets()
{
    auto gcp = store(server_->url());
    DROVER_VERIFY_OK(await(gcp.check(soon())));
    QVERIFY(await(gcp.list(soon())).value().empty());
    QCOMPARE(int(await(gcp.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(int(await(gcp.write("k_01", stored("a"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(gcp.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(int(await(gcp.write("k_01", stored("b"), 0, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(gcp.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(await(gcp.write("kek", stored("kk"), 0, soon())).value(), std::uint64_t{1});
    const auto read = await(gcp.read("k_01", soon()));
    DROVER_VERIFY_OK(read);
    QCOMPARE(plain(read->value), std::string("b"));
    QCOMPARE(read->version, std::uint64_t{2});
    QCOMPARE(read->notes, (std::map<std::string, std::string>{{"created_by", "rotation-service"}}));
    QCOMPARE(await(gcp.list(soon())).value(), (std::vector<std::string>{"k_01", "kek"}));
    QCOMPARE(int(await(gcp.read("a/b", soon())).error().code), int(Errc::invalidInput));
    DROVER_VERIFY_OK(await(gcp.remove("k_01", soon())));
    DROVER_VERIFY_OK(await(gcp.remove("k_01", soon())));
    DROVER_VERIFY_OK(await(gcp.remove("kek", soon())));
    QCOMPARE(int(await(gcp.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(await(gcp.write("k_01", stored("c"), 0, soon())).value(), std::uint64_t{1});
    DROVER_VERIFY_OK(await(gcp.remove("k_01", soon())));
}

void TestGcpStore::aWriterInBetweenWins()
{
    CloudServer first{*state_};
    auto ours = store(first.url());
    auto theirs = store(server_->url());
    await(ours.write("k_01", stored("a"), 0, soon())).value();
    std::optional<Result<std::uint64_t>> other;
    first.before = [&](const LoopbackRequest& request) {
        if (!request.path.endsWith(":addVersion") || other)
            return;
        first.before = {};
        other = await(theirs.write("k_01", stored("theirs"), 1, soon()));
    };
    QCOMPARE(int(await(ours.write("k_01", stored("ours"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(other->value(), std::uint64_t{2});
    const auto read = await(ours.read("k_01", soon())).value();
    QCOMPARE(plain(read.value), std::string("theirs"));
    QCOMPARE(read.version, std::uint64_t{2});
    // The loser's version 3 is there and disabled; the next write is number 4.
    QCOMPARE(await(ours.write("k_01", stored("next"), 2, soon())).value(), std::uint64_t{4});
    QCOMPARE(plain(await(theirs.read("k_01", soon())).value().value), std::string("next"));
    DROVER_VERIFY_OK(await(ours.remove("k_01", soon())));
}

void TestGcpStore::twoStoresAtOnceHaveOneWinner()
{
    for (int round = 0; round < 20; ++round) {
        auto one = store(server_->url());
        auto two = store(server_->url());
        const std::uint64_t start = round % 2 == 0 ? 0 : await(one.write("k", stored("start"), 0, soon())).value();
        std::vector<Task<Result<std::uint64_t>>> tasks;
        tasks.push_back(one.write("k", stored("one"), start, soon()));
        tasks.push_back(two.write("k", stored("two"), start, soon()));
        const auto done = await(whenAll(std::move(tasks)));
        QCOMPARE(int(done[0].has_value()) + int(done[1].has_value()), 1);
        QCOMPARE(int((done[0].has_value() ? done[1] : done[0]).error().code), int(Errc::conflict));
        QCOMPARE(plain(await(one.read("k", soon())).value().value), std::string(done[0].has_value() ? "one" : "two"));
        DROVER_VERIFY_OK(await(one.remove("k", soon())));
    }
}

void TestGcpStore::aLostAnswerIsFoundAgain()
{
    auto gcp = store(server_->url());
    state_->faults.loseAnswers = 2; // of the entry, and of its version
    QCOMPARE(await(gcp.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    state_->faults.loseAnswers = 1;
    QCOMPARE(await(gcp.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(await(gcp.write("k_01", stored("c"), 2, soon())).value(), std::uint64_t{3}); // nothing was written twice
    DROVER_VERIFY_OK(await(gcp.remove("k_01", soon())));
}

void TestGcpStore::aDisabledVersionGivesWayToTheOneBefore()
{
    auto gcp = store(server_->url());
    await(gcp.write("k_01", stored("a"), 0, soon())).value();
    await(gcp.write("k_01", stored("b"), 1, soon())).value();
    QCOMPARE(foreign(*state_, "2:disable"), 200);
    const auto read = await(gcp.read("k_01", soon())).value();
    QCOMPARE(plain(read.value), std::string("a"));
    QCOMPARE(read.version, std::uint64_t{1});
    QCOMPARE(int(await(gcp.write("k_01", stored("c"), 2, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(gcp.write("k_01", stored("c"), 1, soon())).value(), std::uint64_t{3});
    for (const char* verb : {"1:destroy", "3:disable"})
        QCOMPARE(foreign(*state_, verb), 200);
    QCOMPARE(int(await(gcp.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(await(gcp.write("k_01", stored("d"), 0, soon())).value(), std::uint64_t{4});
    DROVER_VERIFY_OK(await(gcp.remove("k_01", soon())));
}

void TestGcpStore::renewsItsToken()
{
    test::ManualClock clock;
    GcpState state{clock, 2};
    CloudServer server{state};
    state.baseUrl = server.url();
    const std::string before = std::exchange(credentials_, state.serviceAccount());
    auto gcp = store(server.url(), "drover-sandbox", &clock);
    QVERIFY(await(gcp.list(soon())).has_value());
    QVERIFY(await(gcp.list(soon())).has_value());
    QCOMPARE(state.tokensIssued, 1);
    clock.advance(56min); // less than five minutes are left
    QVERIFY(await(gcp.list(soon())).has_value());
    QCOMPARE(state.tokensIssued, 2);
    state.endTokens(); // revoked
    QVERIFY(await(gcp.list(soon())).has_value());
    QCOMPARE(state.tokensIssued, 3);
    credentials_ = before;
}

void TestGcpStore::throttledIsAskedAgain()
{
    auto gcp = store(server_->url());
    state_->faults.throttles = 2;
    QVERIFY(await(gcp.list(soon())).has_value());
    state_->faults.throttles = 100;
    QCOMPARE(int(await(gcp.list(soon())).error().code), int(Errc::rateLimited));
    state_->faults = {};
}

void TestGcpStore::saysWhatIsWrong()
{
    state_->faults.denied = {"access"};
    auto gcp = store(server_->url());
    // A right that is missing shows where there is something to read.
    await(gcp.write("drover-check", stored("a"), 0, soon())).value();
    const auto denied = await(gcp.check(soon())).error();
    QCOMPARE(int(denied.code), int(Errc::forbidden));
    QVERIFY(denied.what.find("secretmanager.versions.access") != std::string::npos);
    state_->faults = {};
    DROVER_VERIFY_OK(await(gcp.remove("drover-check", soon())));
    const auto other = await(store(server_->url(), "another").check(soon())).error();
    QCOMPARE(int(other.code), int(Errc::forbidden));
    const std::string good = credentials_;
    GcpState stranger{clock_, 3};
    stranger.baseUrl = server_->url();
    credentials_ = stranger.serviceAccount();
    const auto key = await(store(server_->url()).check(soon())).error();
    QCOMPARE(int(key.code), int(Errc::unauthorized));
    QVERIFY(key.what.find("make a new key") != std::string::npos);
    credentials_ = R"({"client_email":"a","private_key":"planted","token_uri":")" + server_->url() + "/token\"}";
    const auto broken = await(store(server_->url()).check(soon())).error();
    QCOMPARE(int(broken.code), int(Errc::invalidInput));
    QCOMPARE(broken.where, std::string("gcp.credentials: private_key"));
    QVERIFY(describe(broken).find("planted") == std::string::npos);
    credentials_ = good;
    test::ManualClock clock; // long ago
    const auto late = await(store(server_->url(), "drover-sandbox", &clock).check(soon())).error();
    QCOMPARE(int(late.code), int(Errc::unauthorized));
    QVERIFY(late.what.find("clock") != std::string::npos);
}

void TestGcpStore::takesTheProjectOfTheCredentials()
{
    auto gcp = store(server_->url(), "");
    DROVER_VERIFY_OK(await(gcp.check(soon())));
}

void TestGcpStore::aHangingServiceEndsWithTheDeadline()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    auto gcp = store(server.url());
    const auto by = [&] { return Deadline::in(clock_, 50ms); };
    QCOMPARE(int(await(gcp.check(by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(gcp.read("k", by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(gcp.write("k", stored("a"), 0, by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(gcp.list(by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(gcp.remove("k", by())).error().code), int(Errc::timeout));
}

DROVER_TEST(TestGcpStore)
#include "TestGcpStore.moc"
