// SPDX-License-Identifier: Apache-2.0
#include "http/Signals.h"

#include "http/AsioTypes.h"
#include "http/Loop.h"

#include <boost/asio/basic_signal_set.hpp>

#include <utility>

namespace drover::http {

struct Signals::Impl : std::enable_shared_from_this<Signals::Impl> {
    Impl(Loop& loop, std::function<void(int)> handler) : set(loop.io().get_executor()), caught(std::move(handler)) {}

    void wait()
    {
        set.async_wait([self = shared_from_this()](boost::system::error_code failed, int number) {
            if (failed || !self->caught)
                return;
            self->caught(number);
            self->wait();
        });
    }

    asio::basic_signal_set<Executor> set;
    std::function<void(int)> caught;
};

Signals::Signals(Loop& loop, std::initializer_list<int> numbers, std::function<void(int)> caught)
    : impl_(std::make_shared<Impl>(loop, std::move(caught)))
{
    boost::system::error_code ignored;
    for (const int number : numbers)
        impl_->set.add(number, ignored);
    impl_->wait();
}

Signals::~Signals()
{
    impl_->caught = nullptr;
    boost::system::error_code ignored;
    impl_->set.cancel(ignored);
}

} // namespace drover::http
