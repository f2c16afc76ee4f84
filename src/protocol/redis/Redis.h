// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What Drover says to Redis and what it makes of the answers, in RESP2 (https://redis.io/docs/reference/protocol-spec),
// by hiredis' formatter and reader. No I/O: the transports of services/ and gateway/ only move the bytes.
namespace drover::redis {

struct Reply {
    enum class Kind { status, error, integer, text, null, list };
    Kind kind = Kind::null;
    std::string text;         // of status, error and text
    std::int64_t integer = 0;
    std::vector<Reply> items; // of list
    bool isError() const { return kind == Kind::error; }
    bool operator==(const Reply&) const = default;
};

// The bytes of one command. Words may hold any bytes.
std::string writeCommand(std::span<const std::string> words);

// Takes bytes as they come and gives whole replies.
class ReplyReader {
public:
    ReplyReader();
    ~ReplyReader();
    ReplyReader(ReplyReader&&) noexcept;
    ReplyReader& operator=(ReplyReader&&) noexcept;

    void feed(std::string_view bytes);
    // The next whole reply; nothing until there is one. Errors: protocol, after which the connection is of no use – bytes
    // that are not RESP2, or a reply above mostPending bytes.
    Result<std::optional<Reply>> next();

    static constexpr std::size_t mostPending = 64 << 20;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// Where a Redis is. The password is never in the URL: drover.toml holds a reference to it.
struct Address {
    std::string host;
    std::uint16_t port = 6379;
    bool tls = false;         // rediss://
    std::string user;         // of an ACL; "" is Redis' own "default"
    std::uint32_t database = 0;
    bool operator==(const Address&) const = default;
};
bool isLoopback(const Address& address);
// redis://[user@]host[:port][/database], or rediss:// with TLS. Errors: invalidInput: not such a URL, a password in it
// (not repeated), redis:// to another machine than this one.
Result<Address> parseAddress(std::string_view url);
// The same with a password, as REDIS_URL has it for one run; the text is the caller's to wipe.
struct Login {
    Address address;
    Secret password;
};
Result<Login> parseLogin(std::string_view url);
// As such a URL, which parseLogin() reads again.
Secret writeLogin(const Login& login);

// The beginning of a connection: authenticates, chooses the database, names itself, then everything belongs to commands.
class Conversation {
public:
    Conversation(const Address& address, const Secret& password);

    // What to send once connected, and whether all of it has been answered.
    const Secret& greeting() const { return greeting_; }
    bool ready() const { return unanswered_ == 0; }
    // Bytes of the other side; gives the replies to commands that have come whole, in order. Errors: unauthorized, forbidden
    // (the login was refused), protocol.
    Result<std::vector<Reply>> receive(std::string_view bytes);

private:
    ReplyReader reader_;
    Secret greeting_;
    std::size_t unanswered_ = 0;
};

// What an error reply means, a script's too: unauthorized (NOAUTH, WRONGPASS), forbidden (NOPERM), unavailable (LOADING,
// MASTERDOWN, READONLY, a cluster that answers MOVED), quota (OOM), invalidInput (WRONGTYPE), busy (BUSY), conflict (the
// transaction was aborted), else protocol. What to do next is in the text.
Error errorOf(const Reply& reply);

} // namespace drover::redis
