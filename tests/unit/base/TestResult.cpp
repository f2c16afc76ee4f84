// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Result.h"
#include "support/TestMain.h"

#include <cerrno>

using namespace drover;

class TestResult : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCodeHasANameOfItsOwn()
    {
        for (int code = 0; code <= int(Errc::internal); ++code)
            QCOMPARE(errcFrom(errcName(Errc(code))), std::optional{Errc(code)});
        QVERIFY(!errcFrom("nonsense").has_value());
    }
    void exitCodesAreTheContracts_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("exit");
        const auto row = [](Errc code, int exit) {
            QTest::newRow(std::string(errcName(code)).c_str()) << int(code) << exit;
        };
        for (const auto code : {Errc::invalidInput, Errc::busy, Errc::newerSchema, Errc::noRights})
            row(code, 2);
        row(Errc::refused, 3);
        row(Errc::notFound, 4);
        for (const auto code : {Errc::network, Errc::timeout, Errc::unauthorized, Errc::forbidden, Errc::sealed,
                                Errc::locked, Errc::unavailable})
            row(code, 5);
        for (const auto code : {Errc::cancelled, Errc::rateLimited, Errc::quota, Errc::conflict, Errc::protocol,
                                Errc::io, Errc::internal})
            row(code, 1);
    }
    void exitCodesAreTheContracts()
    {
        QFETCH(int, code);
        QFETCH(int, exit);
        QCOMPARE(exitCode(Errc(code)), exit);
    }
    void whatTheUserMustMendFirstIsToldFromAFailingDisk()
    {
        for (const int error : {EACCES, EPERM, EROFS})
            QCOMPARE(errcOfErrno(error), Errc::noRights);
        for (const int error : {ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG})
            QCOMPARE(errcOfErrno(error), Errc::invalidInput);
        for (const int error : {EIO, ENOSPC, EMFILE, ENOENT, 0})
            QCOMPARE(errcOfErrno(error), Errc::io);
    }
};

DROVER_TEST(TestResult)
#include "TestResult.moc"
