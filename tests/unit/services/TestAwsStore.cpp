// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/CloudServer.h"
#include "support/ManualClock.h"
#include "support/Secrets.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"

#include "protocol/cloud/SigV4.h"
#include "sandbox/cloud/AwsState.h"
#include "services/AwsStore.h"

using namespace drover;
using drover::sandbox::AwsState;
using drover::test::await;
using drover::test::CloudServer;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using drover::test::plain;
using drover::test::stored;

class TestAwsStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        state_.emplace(clock_, 1);
        secret_ = state_->login.secretAccessKey;
    }
    void keepsSecrets();
    void usesThePathsOfTheSettings();
    void aWriterInBetweenWins();
    void twoStoresAtOnceHaveOneWinner();
    void aLostAnswerIsFoundAgain();
    void whatSomebodyElseWroteIsAnotherVersion();
    void anEmptyEntryTakesItsFirstVersion();
    void aRemovedNameIsKept();
    void throttledIsAskedAgain();
    void saysWhatIsWrong();
    void aWrongClockIsSaid();
    void signsASession();
    void aHangingServiceEndsWithTheDeadline();
    void cancellingEndsTheRequest();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    AwsStore store(const std::string& url, std::string prefix = "holysheep")
    {
        return {http_, {"us-east-1", url, std::move(prefix), {}, "w_1"}, [this](Deadline) { return login(); }, clock_, Random{random_()}};
    }
    Task<Result<AwsCredentials>> login()
    {
        co_return AwsCredentials{state_->login.accessKeyId, Secret{secret_}, Secret{state_->login.sessionToken}};
    }
    SystemClock clock_;
    Random random_{7};
    HttpClient http_{clock_, Random{1}};
    std::optional<AwsState> state_;
    std::string secret_;
};

void TestAwsStore::keepsSecrets()
{
    CloudServer server{*state_};
    auto aws = store(server.url());
    DROVER_VERIFY_OK(await(aws.check(soon())));
    QVERIFY(await(aws.list(soon())).value().empty());
    QCOMPARE(int(await(aws.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(int(await(aws.write("k_01", stored("a"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(aws.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(int(await(aws.write("k_01", stored("b"), 0, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(aws.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(await(aws.write("k_01", stored("c"), 2, soon())).value(), std::uint64_t{3});
    QCOMPARE(await(aws.write("kek", stored("kk"), 0, soon())).value(), std::uint64_t{1});
    const auto read = await(aws.read("k_01", soon()));
    DROVER_VERIFY_OK(read);
    QCOMPARE(plain(read->value), std::string("c"));
    QCOMPARE(read->version, std::uint64_t{3});
    QCOMPARE(read->notes, (std::map<std::string, std::string>{{"created_by", "rotation-service"}}));
    QCOMPARE(await(aws.list(soon())).value(), (std::vector<std::string>{"k_01", "kek"}));
    DROVER_VERIFY_OK(await(aws.remove("k_01", soon())));
    DROVER_VERIFY_OK(await(aws.remove("k_01", soon())));
    DROVER_VERIFY_OK(await(aws.remove("never", soon())));
    QCOMPARE(int(await(aws.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(await(aws.list(soon())).value(), std::vector<std::string>{"kek"});
}

void TestAwsStore::usesThePathsOfTheSettings()
{
    CloudServer server{*state_};
    auto aws = store(server.url(), "team/drover");
    await(aws.write("k_01", stored("a"), 0, soon())).value();
    await(aws.write("kek", stored("a"), 0, soon())).value();
    const auto& requests = server.server().requests();
    QVERIFY(requests.at(0).body.contains("\"Name\":\"team/drover/k_01\""));
    QVERIFY(requests.at(1).body.contains("\"Name\":\"drover/w_1/kek\""));
    QCOMPARE(int(await(aws.read("a b", soon())).error().code), int(Errc::invalidInput));
    QCOMPARE(int(await(aws.write("../x//", stored("a"), 0, soon())).error().code), int(Errc::invalidInput));
    QCOMPARE(requests.size(), std::size_t{2});
}

void TestAwsStore::aWriterInBetweenWins()
{
    CloudServer first{*state_};
    CloudServer second{*state_};
    auto ours = store(first.url());
    auto theirs = store(second.url());
    await(ours.write("k_01", stored("a"), 0, soon())).value();
    // Between our look and our move of the label the other writer does the whole of its own.
    std::optional<Result<std::uint64_t>> other;
    first.before = [&](const LoopbackRequest& request) {
        if (request.header("x-amz-target") != "secretsmanager.PutSecretValue" || other)
            return;
        first.before = {};
        other = await(theirs.write("k_01", stored("theirs"), 1, soon()));
    };
    QCOMPARE(int(await(ours.write("k_01", stored("ours"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(other->value(), std::uint64_t{2});
    QCOMPARE(plain(await(ours.read("k_01", soon())).value().value), std::string("theirs"));
}

void TestAwsStore::twoStoresAtOnceHaveOneWinner()
{
    for (int round = 0; round < 20; ++round) {
        state_.emplace(clock_, std::uint64_t(round));
        CloudServer server{*state_};
        auto one = store(server.url());
        auto two = store(server.url());
        const std::uint64_t start = round % 2 == 0 ? 0 : await(one.write("k", stored("start"), 0, soon())).value();
        std::vector<Task<Result<std::uint64_t>>> tasks;
        tasks.push_back(one.write("k", stored("one"), start, soon()));
        tasks.push_back(two.write("k", stored("two"), start, soon()));
        const auto done = await(whenAll(std::move(tasks)));
        QCOMPARE(int(done[0].has_value()) + int(done[1].has_value()), 1);
        QCOMPARE(int((done[0].has_value() ? done[1] : done[0]).error().code), int(Errc::conflict));
        QCOMPARE(plain(await(one.read("k", soon())).value().value), std::string(done[0].has_value() ? "one" : "two"));
    }
}

void TestAwsStore::aLostAnswerIsFoundAgain()
{
    for (const int lost : {1, 2}) {
        state_.emplace(clock_, 1);
        CloudServer server{*state_};
        auto aws = store(server.url());
        state_->faults.loseAnswers = lost;
        QCOMPARE(await(aws.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
        state_->faults.loseAnswers = lost;
        QCOMPARE(await(aws.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2});
        QCOMPARE(plain(await(aws.read("k_01", soon())).value().value), std::string("b"));
    }
}

void TestAwsStore::whatSomebodyElseWroteIsAnotherVersion()
{
    CloudServer server{*state_};
    auto aws = store(server.url());
    await(aws.write("k_01", stored("a"), 0, soon())).value();
    // The console writes the same text again, counter and all.
    auto request = aws::putRequest("holysheep/k_01", {Secret{"by hand"}, {}, 1, "x"}, "019ab000-0000-7000-8000-00000000000f", {});
    sandbox::CloudRequest foreign;
    const auto body = plain(request.body);
    foreign.method = "POST";
    foreign.target = "/";
    foreign.body = body;
    const auto date = aws::amzDate(clock_.now());
    foreign.headers = {{"host", "x"}, {"x-amz-date", date}, {"x-amz-target", "secretsmanager.PutSecretValue"}};
    foreign.headers.emplace_back("Authorization", aws::authorization({state_->login.accessKeyId, "us-east-1", "secretsmanager"},
                                                                     Secret{state_->login.secretAccessKey}, date,
                                                                     {"POST", "/", foreign.headers, body}));
    QCOMPARE(state_->handle(foreign).status, 200);
    QCOMPARE(int(await(aws.write("k_01", stored("b"), 1, soon())).error().code), int(Errc::conflict));
    const auto read = await(aws.read("k_01", soon())).value();
    QCOMPARE(plain(read.value), std::string("by hand"));
    QVERIFY(read.version > 1000);
    QCOMPARE(await(aws.write("k_01", stored("b"), read.version, soon())).value(), read.version + 1);
    QCOMPARE(await(aws.read("k_01", soon())).value().version, read.version + 1);
}

void TestAwsStore::anEmptyEntryTakesItsFirstVersion()
{
    CloudServer server{*state_};
    auto aws = store(server.url());
    const std::string body = R"({"Name":"holysheep/k_01"})";
    const auto date = aws::amzDate(clock_.now());
    sandbox::CloudRequest terraform{"POST", "/", {{"host", "x"}, {"x-amz-date", date}, {"x-amz-target", "secretsmanager.CreateSecret"}}, body};
    terraform.headers.emplace_back("Authorization", aws::authorization({state_->login.accessKeyId, "us-east-1", "secretsmanager"},
                                                                       Secret{state_->login.secretAccessKey}, date,
                                                                       {"POST", "/", terraform.headers, body}));
    QCOMPARE(state_->handle(terraform).status, 200);
    QCOMPARE(int(await(aws.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(await(aws.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(plain(await(aws.read("k_01", soon())).value().value), std::string("a"));
}

void TestAwsStore::aRemovedNameIsKept()
{
    CloudServer server{*state_};
    auto aws = store(server.url());
    await(aws.write("k_01", stored("a"), 0, soon())).value();
    DROVER_VERIFY_OK(await(aws.remove("k_01", soon())));
    const auto error = await(aws.write("k_01", stored("b"), 0, soon())).error();
    QCOMPARE(int(error.code), int(Errc::refused));
    QVERIFY(error.what.find("restore-secret") != std::string::npos);
}

void TestAwsStore::throttledIsAskedAgain()
{
    CloudServer server{*state_};
    auto aws = store(server.url());
    state_->faults.throttles = 2;
    QVERIFY(await(aws.list(soon())).has_value());
    state_->faults.throttles = 100;
    QCOMPARE(int(await(aws.list(soon())).error().code), int(Errc::rateLimited));
}

void TestAwsStore::saysWhatIsWrong()
{
    CloudServer server{*state_};
    auto aws = store(server.url());
    state_->faults.denied = {"GetSecretValue"};
    const auto denied = await(aws.check(soon())).error();
    QCOMPARE(int(denied.code), int(Errc::forbidden));
    QVERIFY(denied.what.find("secretsmanager:GetSecretValue") != std::string::npos);
    state_->faults.denied = {};
    secret_ = "planted-wrong-secret";
    const auto wrong = await(aws.check(soon())).error();
    QCOMPARE(int(wrong.code), int(Errc::unauthorized));
    QVERIFY(describe(wrong).find("planted") == std::string::npos);
    secret_ = state_->login.secretAccessKey;
    auto nowhere = AwsStore{http_, {}, [this](Deadline) { return login(); }, clock_, Random{1}};
    QCOMPARE(await(nowhere.check(soon())).error().where, std::string("aws.region"));
}

void TestAwsStore::aWrongClockIsSaid()
{
    test::ManualClock clock;
    AwsState state{clock, 1};
    CloudServer server{state};
    auto aws = store(server.url()); // by the system's clock
    const auto error = await(aws.check(soon())).error();
    QCOMPARE(int(error.code), int(Errc::unauthorized));
    QVERIFY2(error.what.find("clock") != std::string::npos, error.what.c_str());
}

void TestAwsStore::signsASession()
{
    state_->login.sessionToken = "session-token/+==";
    CloudServer server{*state_};
    auto aws = store(server.url());
    DROVER_VERIFY_OK(await(aws.check(soon())));
    state_->login.sessionOver = true;
    const auto over = await(aws.check(soon())).error();
    QCOMPARE(int(over.code), int(Errc::unauthorized));
    QVERIFY(over.what.find("session has expired") != std::string::npos);
}

void TestAwsStore::aHangingServiceEndsWithTheDeadline()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    auto aws = store(server.url());
    const auto by = [&] { return Deadline::in(clock_, 50ms); };
    QCOMPARE(int(await(aws.check(by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(aws.read("k", by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(aws.write("k", stored("a"), 0, by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(aws.write("k", stored("a"), 1, by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(aws.list(by())).error().code), int(Errc::timeout));
    QCOMPARE(int(await(aws.remove("k", by())).error().code), int(Errc::timeout));
}

void TestAwsStore::cancellingEndsTheRequest()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    auto aws = store(server.url());
    {
        Pending running{aws.read("k", soon()), [](Result<StoredSecret>) { QFAIL("it was cancelled"); }};
        QTRY_COMPARE(server.requests().size(), std::size_t{1});
    }
    QTRY_COMPARE(server.disconnections(), 1);
}

DROVER_TEST(TestAwsStore)
#include "TestAwsStore.moc"
