// SPDX-License-Identifier: Apache-2.0
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "support/Await.h"
#include "support/LoopbackServer.h"
#include "support/Secrets.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"

#include "ports/Timer.h"
#include "services/VaultStore.h"

#include <map>

using drover::Deadline;
using drover::Errc;
using drover::Error;
using drover::HttpClient;
using drover::Random;
using drover::Result;
using drover::Secret;
using drover::StoredSecret;
using drover::Task;
using drover::VaultStore;
using drover::test::await;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using namespace std::chrono_literals;
using drover::test::plain;
using drover::test::stored;

namespace {

// As much of Vault as a store needs: health, token, mount, and one KV engine of either version.
class FakeVault {
public:
    explicit FakeVault(int version) : version_(version) {}
    LoopbackServer::Handler handler()
    {
        return [this](const LoopbackRequest& request, QTcpSocket& socket) { socket.write(answer(request)); };
    }
    bool sealed = false;
    std::map<QByteArray, std::pair<QJsonObject, int>> entries; // path below the mount -> data, version

private:
    static QByteArray json(int status, const QJsonObject& object)
    {
        return LoopbackServer::answer(status, QJsonDocument{object}.toJson(QJsonDocument::Compact));
    }
    static QByteArray errors(int status, const char* text)
    {
        const QJsonArray list = *text == '\0' ? QJsonArray{} : QJsonArray{QString::fromLatin1(text)};
        return json(status, {{QStringLiteral("errors"), list}});
    }
    QByteArray answer(const LoopbackRequest& request)
    {
        const auto path = request.path.left(request.path.indexOf('?') < 0 ? request.path.size()
                                                                          : request.path.indexOf('?'));
        if (path == "/v1/sys/health")
            return json(sealed ? 503 : 200, {{QStringLiteral("initialized"), true},
                                             {QStringLiteral("sealed"), sealed},
                                             {QStringLiteral("standby"), false},
                                             {QStringLiteral("version"), QStringLiteral("1.8.0")}});
        if (sealed)
            return errors(503, "Vault is sealed");
        if (request.header("x-vault-token") != "hvs.good")
            return errors(403, "permission denied");
        if (path == "/v1/auth/token/lookup-self")
            return json(200, {{QStringLiteral("data"),
                               QJsonObject{{QStringLiteral("ttl"), 0},
                                           {QStringLiteral("policies"), QJsonArray{QStringLiteral("root")}},
                                           {QStringLiteral("renewable"), false}}}});
        if (path.startsWith("/v1/sys/internal/ui/mounts/")) {
            const QJsonObject options{{QStringLiteral("version"), QString::number(version_)}};
            return json(200, {{QStringLiteral("data"),
                               QJsonObject{{QStringLiteral("path"), QStringLiteral("secret/")},
                                           {QStringLiteral("type"), QStringLiteral("kv")},
                                           {QStringLiteral("options"), options}}}});
        }
        return version_ == 2 ? second(request, path) : first(request, path);
    }
    QByteArray names(const QByteArray& folder) const
    {
        QJsonArray keys;
        for (const auto& [path, entry] : entries) {
            if (path.startsWith(folder + "/"))
                keys.push_back(QString::fromLatin1(path.mid(folder.size() + 1)));
        }
        return keys.isEmpty()
                   ? errors(404, "")
                   : json(200, {{QStringLiteral("data"), QJsonObject{{QStringLiteral("keys"), keys}}}});
    }
    static bool isList(const LoopbackRequest& request)
    {
        return request.method == "LIST" || request.path.contains("list=true");
    }
    QByteArray second(const LoopbackRequest& request, const QByteArray& path)
    {
        const QByteArray data = "/v1/secret/data/";
        const QByteArray metadata = "/v1/secret/metadata/";
        if (path.startsWith(metadata)) {
            auto name = path.mid(metadata.size());
            if (isList(request))
                return names(name.endsWith('/') ? name.chopped(1) : name);
            entries.erase(name);
            return LoopbackServer::answer(204, {});
        }
        const auto name = path.mid(data.size());
        if (request.method == "GET") {
            const auto found = entries.find(name);
            if (found == entries.end())
                return errors(404, "");
            const QJsonObject meta{{QStringLiteral("version"), found->second.second},
                                   {QStringLiteral("deletion_time"), QString()},
                                   {QStringLiteral("destroyed"), false},
                                   {QStringLiteral("created_time"), QStringLiteral("2026-11-22T07:00:00Z")}};
            return json(200,
                        {{QStringLiteral("data"), QJsonObject{{QStringLiteral("data"), found->second.first},
                                                              {QStringLiteral("metadata"), meta}}}});
        }
        const auto body = QJsonDocument::fromJson(request.body).object();
        auto& entry = entries[name];
        if (body[QStringLiteral("options")].toObject()[QStringLiteral("cas")].toInt(-1) != entry.second)
            return errors(400, "check-and-set parameter did not match the current version");
        entry = {body[QStringLiteral("data")].toObject(), entry.second + 1};
        return json(200, {{QStringLiteral("data"), QJsonObject{{QStringLiteral("version"), entry.second},
                                                               {QStringLiteral("created_time"),
                                                                QStringLiteral("2026-11-22T07:00:00Z")},
                                                               {QStringLiteral("deletion_time"), QString()},
                                                               {QStringLiteral("destroyed"), false}}}});
    }
    QByteArray first(const LoopbackRequest& request, const QByteArray& path)
    {
        auto name = path.mid(int(sizeof "/v1/secret/") - 1);
        if (isList(request))
            return names(name.endsWith('/') ? name.chopped(1) : name);
        if (request.method == "GET") {
            const auto found = entries.find(name);
            return found == entries.end() ? errors(404, "")
                                          : json(200, {{QStringLiteral("data"), found->second.first}});
        }
        if (request.method == "DELETE")
            entries.erase(name);
        else
            entries[name] = {QJsonDocument::fromJson(request.body).object(), 0};
        return LoopbackServer::answer(204, {});
    }
    int version_;
};

Task<Result<Secret>> tokenOf(std::string text)
{
    co_return Secret{text};
}

} // namespace

class TestVaultStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsSecrets_data();
    void keepsSecrets();
    void usesThePlaybooksLayout();
    void aWrongTokenIsUnauthorized();
    void aSealedVaultIsSealed();
    void aHangingVaultEndsWithTheDeadline();
    void aMissingTokenIsSaid();
    void refusesNamesThatLeadElsewhere();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    VaultStore store(const LoopbackServer& server, std::string token = "hvs.good")
    {
        return {http_, {server.url(), {}, "secret", "holysheep", {}, "w_1", {}}, [token](Deadline) { return tokenOf(token); }, nullptr,
                clock_, Random{2}, drover::delay};
    }
    std::vector<Errc> everyVerb(VaultStore& store, drover::Duration limit)
    {
        const auto by = [&] { return Deadline::in(clock_, limit); };
        const auto code = [](const auto& result) {
            return result.has_value() ? Errc::internal : result.error().code;
        };
        return {code(await(store.check(by()))), code(await(store.read("k_01", by()))),
                code(await(store.write("k_01", stored("planted"), 0, by()))), code(await(store.list(by()))),
                code(await(store.remove("k_01", by())))};
    }
    drover::SystemClock clock_;
    HttpClient http_{clock_, Random{1}};
};

void TestVaultStore::keepsSecrets_data()
{
    QTest::addColumn<int>("version");
    QTest::newRow("KV v2") << 2;
    QTest::newRow("KV v1") << 1;
}

void TestVaultStore::keepsSecrets()
{
    QFETCH(int, version);
    FakeVault vault{version};
    LoopbackServer server{vault.handler()};
    auto vaultStore = store(server);
    DROVER_VERIFY_OK(await(vaultStore.check(soon())));
    QVERIFY(await(vaultStore.list(soon())).value().empty());
    QCOMPARE(int(await(vaultStore.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(int(await(vaultStore.write("k_01", stored("a"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(vaultStore.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(int(await(vaultStore.write("k_01", stored("b"), 0, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(vaultStore.write("k_01", stored("b"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(await(vaultStore.write("kek", stored("kk"), 0, soon())).value(), std::uint64_t{1});
    const auto read = await(vaultStore.read("k_01", soon()));
    DROVER_VERIFY_OK(read);
    QCOMPARE(plain(read->value), std::string("b"));
    QCOMPARE(read->version, std::uint64_t{2});
    QCOMPARE(read->notes.at("created_by"), std::string("rotation-service"));
    QCOMPARE(await(vaultStore.list(soon())).value(), (std::vector<std::string>{"k_01", "kek"}));
    DROVER_VERIFY_OK(await(vaultStore.remove("k_01", soon())));
    QCOMPARE(int(await(vaultStore.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(await(vaultStore.write("k_01", stored("c"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(vaultStore.kind(), std::string("vault"));
}

void TestVaultStore::usesThePlaybooksLayout()
{
    FakeVault vault{2};
    LoopbackServer server{vault.handler()};
    auto vaultStore = store(server);
    await(vaultStore.write("production", stored("a"), 0, soon())).value();
    await(vaultStore.write("kek", stored("kk"), 0, soon())).value();
    QCOMPARE(vault.entries.count("holysheep/production"), std::size_t{1});
    QCOMPARE(vault.entries.count("drover/w_1/kek"), std::size_t{1});
    const auto& data = vault.entries.at("holysheep/production").first;
    QCOMPARE(data[QStringLiteral("api_key")].toString(), QStringLiteral("a"));
    QCOMPARE(data[QStringLiteral("created_by")].toString(), QStringLiteral("rotation-service"));
    for (const auto& request : server.requests())
        QVERIFY(!request.header("x-vault-request").isEmpty());
}

void TestVaultStore::aWrongTokenIsUnauthorized()
{
    FakeVault vault{2};
    LoopbackServer server{vault.handler()};
    auto vaultStore = store(server, "hvs.planted-wrong");
    const auto error = await(vaultStore.check(soon())).error();
    QCOMPARE(int(error.code), int(Errc::unauthorized));
    QCOMPARE(drover::exitCode(error.code), 5);
    QVERIFY(drover::describe(error).find("planted") == std::string::npos);
    for (const auto code : everyVerb(vaultStore, 30s))
        QCOMPARE(drover::exitCode(code), 5);
}

void TestVaultStore::aSealedVaultIsSealed()
{
    FakeVault vault{2};
    vault.sealed = true;
    LoopbackServer server{vault.handler()};
    auto vaultStore = store(server);
    QCOMPARE(everyVerb(vaultStore, 30s), std::vector<Errc>(5, Errc::sealed));
}

void TestVaultStore::aHangingVaultEndsWithTheDeadline()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    auto vaultStore = store(server);
    QCOMPARE(everyVerb(vaultStore, 50ms), std::vector<Errc>(5, Errc::timeout));
}

void TestVaultStore::aMissingTokenIsSaid()
{
    FakeVault vault{2};
    LoopbackServer server{vault.handler()};
    const auto missing = [](Deadline) -> Task<Result<Secret>> {
        co_return Error{Errc::notFound, "this environment variable is not set", "env:VAULT_TOKEN"};
    };
    VaultStore vaultStore{http_, {server.url(), {}, "secret", "holysheep", {}, "w_1", {}}, missing, nullptr, clock_, Random{2}, drover::delay};
    const auto error = await(vaultStore.read("k_01", soon())).error();
    QCOMPARE(error.where, std::string("env:VAULT_TOKEN"));
    QVERIFY(server.requests().empty());
}

void TestVaultStore::refusesNamesThatLeadElsewhere()
{
    FakeVault vault{2};
    LoopbackServer server{vault.handler()};
    auto vaultStore = store(server);
    for (const auto* name : {"", "..", "a//b", "../../sys/seal"}) {
        QCOMPARE(int(await(vaultStore.read(name, soon())).error().code), int(Errc::invalidInput));
        QCOMPARE(int(await(vaultStore.remove(name, soon())).error().code), int(Errc::invalidInput));
    }
    QVERIFY(server.requests().empty());
}

DROVER_TEST(TestVaultStore)
#include "TestVaultStore.moc"
