// SPDX-License-Identifier: Apache-2.0
#include "base/Result.h"

#include <cerrno>

namespace drover {

std::string_view errcName(Errc code)
{
    switch (code) {
    case Errc::network: return "network";
    case Errc::timeout: return "timeout";
    case Errc::cancelled: return "cancelled";
    case Errc::unauthorized: return "unauthorized";
    case Errc::forbidden: return "forbidden";
    case Errc::notFound: return "notFound";
    case Errc::rateLimited: return "rateLimited";
    case Errc::quota: return "quota";
    case Errc::conflict: return "conflict";
    case Errc::invalidInput: return "invalidInput";
    case Errc::sealed: return "sealed";
    case Errc::locked: return "locked";
    case Errc::unavailable: return "unavailable";
    case Errc::busy: return "busy";
    case Errc::newerSchema: return "newerSchema";
    case Errc::refused: return "refused";
    case Errc::noRights: return "noRights";
    case Errc::protocol: return "protocol";
    case Errc::io: return "io";
    case Errc::internal: return "internal";
    }
    return "internal";
}

std::optional<Errc> errcFrom(std::string_view name)
{
    for (int code = 0; code <= int(Errc::internal); ++code) {
        if (errcName(Errc(code)) == name)
            return Errc(code);
    }
    return std::nullopt;
}

Errc errcOfErrno(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
    case EROFS: return Errc::noRights;
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG: return Errc::invalidInput;
    default: return Errc::io;
    }
}

int exitCode(Errc code)
{
    switch (code) {
    case Errc::invalidInput:
    case Errc::busy:
    case Errc::newerSchema:
    case Errc::noRights: return 2;
    case Errc::refused: return 3;
    case Errc::notFound: return 4;
    case Errc::network:
    case Errc::timeout:
    case Errc::unauthorized:
    case Errc::forbidden:
    case Errc::sealed:
    case Errc::locked:
    case Errc::unavailable: return 5;
    case Errc::cancelled:
    case Errc::rateLimited:
    case Errc::quota:
    case Errc::conflict:
    case Errc::protocol:
    case Errc::io:
    case Errc::internal: return 1;
    }
    return 1;
}

std::string describe(const Error& error)
{
    return error.where.empty() ? error.what : error.where + ": " + error.what;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where)
{
    throw std::logic_error("value() of an error at " + where.to_string() + ": " + describe(error));
}

Error at(std::string_view place, Error error)
{
    error.where = error.where.empty() ? std::string(place) : std::string(place) + ": " + error.where;
    return error;
}

} // namespace drover
