// SPDX-License-Identifier: Apache-2.0
#include "support/TestMain.h"

#include <QTest>
#ifdef DROVER_TEST_GUI
#include <QApplication>
#else
#include <QCoreApplication>
#endif

#include <cstdio>
#include <cstring>
#include <vector>

namespace drover::test {
namespace {

struct Entry {
    const char* name;
    std::unique_ptr<QObject> (*make)();
};

std::vector<Entry>& entries()
{
    static std::vector<Entry> all;
    return all;
}

} // namespace

int registerTest(const char* name, std::unique_ptr<QObject> (*make)())
{
    entries().push_back({name, make});
    return 0;
}

} // namespace drover::test

int main(int argc, char** argv)
{
#ifdef DROVER_TEST_GUI
    QApplication application(argc, argv);
#else
    QCoreApplication application(argc, argv);
#endif
    const char* wanted = nullptr;
    if (argc > 1 && argv[1][0] != '-') {
        wanted = argv[1];
        argv[1] = argv[0];
        --argc;
        ++argv;
    }
    int ran = 0;
    int failures = 0;
    for (const auto& entry : drover::test::entries()) {
        if (wanted != nullptr && std::strcmp(wanted, entry.name) != 0)
            continue;
        ++ran;
        failures += QTest::qExec(entry.make().get(), argc, argv);
    }
    if (ran == 0) {
        std::fprintf(stderr, "no such test class: %s\n", wanted != nullptr ? wanted : "(none registered)");
        return 2;
    }
    return failures == 0 ? 0 : 1;
}
