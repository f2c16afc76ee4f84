// SPDX-License-Identifier: Apache-2.0
#include <QDirIterator>
#include <QFile>
#include <QTest>

#include "support/Await.h"
#include "support/TestMain.h"

#include "services/KeychainStore.h"

using drover::Deadline;
using drover::Errc;
using drover::KeychainStore;
using drover::test::await;
using namespace std::chrono_literals;

// Where there is no keyring (with-keyring.sh none, nobus or empty): each verb says so at once and writes
// nothing.
class TestNoKeychain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachVerbSaysWhatIsMissing();
    void nothingIsWrittenAnywhere();

private:
    drover::SystemClock clock_;
};

void TestNoKeychain::eachVerbSaysWhatIsMissing()
{
    const auto mode = qEnvironmentVariable("DROVER_KEYRING");
    const std::map<QString, std::string> missing{{QStringLiteral("none"), "no keyring runs"},
                                                 {QStringLiteral("nobus"), "no D-Bus session bus"},
                                                 {QStringLiteral("empty"), "no default collection"}};
    QVERIFY2(missing.count(mode) == 1, "run it by with-keyring.sh");
    KeychainStore store{"w_1", nullptr, clock_};
    const auto by = [&] { return Deadline::in(clock_, 10s); };
    drover::StoredSecret secret;
    secret.value = drover::Secret{"sk-planted-secret"};
    std::vector<drover::Error> errors;
    errors.push_back(await(store.check(by())).error());
    errors.push_back(await(store.read("k_01", by())).error());
    errors.push_back(await(store.write("k_01", std::move(secret), 0, by())).error());
    errors.push_back(await(store.list(by())).error());
    errors.push_back(await(store.remove("k_01", by())).error());
    for (const auto& error : errors) {
        QCOMPARE(int(error.code), int(Errc::unavailable));
        QCOMPARE(drover::exitCode(error.code), 5);
        QVERIFY2(error.what.starts_with(missing.at(mode)) ||
                     error.what.find(missing.at(mode)) != std::string::npos,
                 error.what.c_str());
        QVERIFY(error.what.find("gnome-keyring-daemon --unlock") != std::string::npos);
    }
}

void TestNoKeychain::nothingIsWrittenAnywhere()
{
    int files = 0;
    QDirIterator all{qEnvironmentVariable("HOME"), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories};
    while (all.hasNext()) {
        QFile file{all.next()};
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("planted"), qPrintable(file.fileName()));
        ++files;
    }
    QVERIFY(files <= 2); // a keyring's own, where one runs
}

DROVER_TEST(TestNoKeychain)
#include "TestNoKeychain.moc"
