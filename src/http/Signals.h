// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>

namespace drover::http {

class Loop;

// Calls `caught` on the loop for each of the process's signals named (SIGTERM, SIGINT …), as long as this lives. It
// keeps run() from returning.
class Signals {
public:
    Signals(Loop& loop, std::initializer_list<int> numbers, std::function<void(int number)> caught);
    ~Signals();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace drover::http
