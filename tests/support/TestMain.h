// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>

#include <memory>
#include <string>

namespace drover::test {

// Adds a test class to the suite's executable. The first program argument chooses the class; none runs all.
int registerTest(const char* name, std::unique_ptr<QObject> (*make)());

} // namespace drover::test

#define DROVER_TEST(Class)                                                                                    \
    static const int registered##Class = ::drover::test::registerTest(                                       \
        #Class, +[]() -> std::unique_ptr<QObject> { return std::make_unique<Class>(); });
