// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace drover::http {

// What runs our coroutines: the io_context itself, not any_io_executor, which costs a virtual call an operation.
using Executor = boost::asio::io_context::executor_type;

// A coroutine on the program's loop. Parameters by value or outliving the call; name lambdas before spawning them.
template <class T>
using Async = boost::asio::awaitable<T, Executor>;

} // namespace drover::http
