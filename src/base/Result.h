// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/system/result.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace drover {

// What went wrong, as something a program can act on. The names are part of the --json contract ("code").
enum class Errc {
    network,      // no connection, reset, name not found
    timeout,      // the deadline passed
    cancelled,    // whoever asked no longer wants the answer
    unauthorized, // the credentials are refused (401, Vault's bad token)
    forbidden,    // the credentials are good but lack the right
    notFound,
    rateLimited,  // try later; `what` says when, where that is known
    quota,        // money or quota is used up: trying again does not help
    conflict,     // check-and-set lost, or the thing exists already
    invalidInput, // what the user or a file gave; `where` names the place
    sealed,       // Vault is sealed or not initialised
    locked,       // the keyring is locked
    unavailable,  // no such service here: no keyring, no agent, 5xx
    busy,         // a port or a lock is taken
    newerSchema,  // written by a newer Drover
    refused,      // a gate, a guard or a consent says no
    noRights,     // the file system refuses this user: mode bits, an immutable file, a read-only mount
    protocol,     // the other side answered something that is not the protocol
    io,           // the file system, in any other way
    internal,     // a defect of ours
};

// The name as it stands in `{"error":{"code":…}}`, e.g. "invalidInput".
std::string_view errcName(Errc code);
std::optional<Errc> errcFrom(std::string_view name);

// The code of a call on the file system that failed with this errno: noRights, invalidInput (a path that cannot name a
// file: one that leads through a file, a folder in a file's place), io. What is absent is for the caller to tell.
Errc errcOfErrno(int error);

// The exit code of all four programs (contracts.md): 1 failed, 2 usage or environment, 3 refused, 4 not found,
// 5 a service or keyring unreachable, sealed, locked, or refusing the credentials.
int exitCode(Errc code);

struct [[nodiscard]] Error {
    Errc code = Errc::internal;
    std::string what;  // one English sentence for logs and the command line; never holds a secret
    std::string where; // file:line, a field ("targets.legacy.openai"), a host; may be empty

    bool operator==(const Error&) const = default;
};

// "where: what", or "what" where there is no place.
std::string describe(const Error& error);

// Called by boost::system::result when value() is asked of an error: a defect of the caller.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

// A value or an Error. It has no conversion to bool, so that Result<bool> cannot pass for success.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using boost::system::result<T, Error>::result;
    explicit operator bool() const = delete;
};

// The same error with a place in front: at("drover.toml", e) gives where "drover.toml: <where>".
Error at(std::string_view place, Error error);

} // namespace drover

#define DROVER_CONCAT_(a, b) a##b
#define DROVER_CONCAT(a, b) DROVER_CONCAT_(a, b)
#define DROVER_TRY_IMPL_(ret, tmp, decl, ...)                                                                 \
    auto tmp = (__VA_ARGS__);                                                                                 \
    if (!tmp.has_value())                                                                                     \
        ret std::move(tmp).error();                                                                           \
    decl = *std::move(tmp)
#define DROVER_CHECK_IMPL_(ret, tmp, ...)                                                                     \
    auto tmp = (__VA_ARGS__);                                                                                 \
    if (!tmp.has_value())                                                                                     \
    ret std::move(tmp).error()

// DROVER_TRY(auto x, f()): x = f()'s value, or return its error. DROVER_CHECK(f()): the same for Result<void>.
#define DROVER_TRY(decl, ...) DROVER_TRY_IMPL_(return, DROVER_CONCAT(result_, __COUNTER__), decl, __VA_ARGS__)
#define DROVER_CHECK(...) DROVER_CHECK_IMPL_(return, DROVER_CONCAT(result_, __COUNTER__), __VA_ARGS__)
// The same inside a coroutine: DROVER_CO_TRY(auto x, co_await f()).
#define DROVER_CO_TRY(decl, ...)                                                                              \
    DROVER_TRY_IMPL_(co_return, DROVER_CONCAT(result_, __COUNTER__), decl, __VA_ARGS__)
#define DROVER_CO_CHECK(...) DROVER_CHECK_IMPL_(co_return, DROVER_CONCAT(result_, __COUNTER__), __VA_ARGS__)
