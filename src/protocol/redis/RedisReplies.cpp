// SPDX-License-Identifier: Apache-2.0
#include "protocol/redis/Redis.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <utility>

namespace drover::redis {
namespace {

struct FreeReply {
    void operator()(void* reply) const { ::freeReplyObject(reply); }
};
struct FreeReader {
    void operator()(redisReader* reader) const { ::redisReaderFree(reader); }
};

Reply replyOf(const redisReply& from)
{
    Reply reply;
    const auto text = [&] { return std::string(from.str, from.len); };
    switch (from.type) {
    case REDIS_REPLY_STATUS:
        reply.kind = Reply::Kind::status;
        reply.text = text();
        break;
    case REDIS_REPLY_ERROR:
        reply.kind = Reply::Kind::error;
        reply.text = text();
        break;
    case REDIS_REPLY_STRING:
        reply.kind = Reply::Kind::text;
        reply.text = text();
        break;
    case REDIS_REPLY_INTEGER:
        reply.kind = Reply::Kind::integer;
        reply.integer = from.integer;
        break;
    case REDIS_REPLY_ARRAY:
        reply.kind = Reply::Kind::list;
        reply.items.reserve(from.elements);
        for (std::size_t i = 0; i < from.elements; ++i)
            reply.items.push_back(replyOf(*from.element[i]));
        break;
    default: break; // REDIS_REPLY_NIL
    }
    return reply;
}

struct Meaning {
    std::string_view word;
    Errc code;
    std::string_view advice;
};
constexpr std::array meanings{
    Meaning{"NOAUTH", Errc::unauthorized, "Redis wants a password, and none was given"},
    Meaning{"WRONGPASS", Errc::unauthorized, "Redis refuses the user or the password: check both"},
    Meaning{"NOPERM", Errc::forbidden, "the Redis user lacks a right: its ACL must allow the command and the key"},
    Meaning{"LOADING", Errc::unavailable, "Redis is loading its data: try again in a moment"},
    Meaning{"MASTERDOWN", Errc::unavailable, "this Redis is a replica whose master is away"},
    Meaning{"READONLY", Errc::unavailable, "this Redis is a replica: point [redis] url at the master"},
    Meaning{"MOVED", Errc::unavailable, "this is a Redis cluster, which is not supported: use a single Redis"},
    Meaning{"CLUSTERDOWN", Errc::unavailable, "this is a Redis cluster, which is not supported: use a single Redis"},
    Meaning{"OOM", Errc::quota, "Redis is out of memory: raise maxmemory or free some"},
    Meaning{"WRONGTYPE", Errc::invalidInput,
            "the key in Redis holds something else than what Drover keeps there: remove or rename what wrote it, or give Drover a "
            "database of its own"},
    Meaning{"BUSY", Errc::busy, "Redis is running a script that does not end"},
    Meaning{"EXECABORT", Errc::conflict, "Redis has refused the transaction"},
};
// What is told by words only.
constexpr std::array sentences{
    Meaning{"ERR The user executing the script can't", Errc::forbidden,
            "the Redis user lacks a right: its ACL must allow EVAL, HGET, HSET and HDEL on the key"},
    Meaning{"ERR AUTH <password> called without any password", Errc::unauthorized,
            "this Redis has no password, yet one is set here: check that it is the right Redis"},
};

// A script's own error: "WORD …" since Redis 7, "ERR Error running script (…): … -WORD …" before.
std::string_view meaningPart(std::string_view text)
{
    if (!text.starts_with("ERR Error running script"))
        return text;
    const auto word = text.rfind(" -");
    return word == text.npos ? text : text.substr(word + 2);
}

} // namespace

struct ReplyReader::Parts {
    std::unique_ptr<redisReader, FreeReader> reader{::redisReaderCreate()};
    std::size_t pending = 0; // bytes fed since the last whole reply
};

ReplyReader::ReplyReader() : parts_(std::make_unique<Parts>()) {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

void ReplyReader::feed(std::string_view bytes)
{
    parts_->pending += bytes.size();
    ::redisReaderFeed(parts_->reader.get(), bytes.data(), bytes.size());
}

Result<std::optional<Reply>> ReplyReader::next()
{
    void* raw = nullptr;
    if (::redisReaderGetReply(parts_->reader.get(), &raw) != REDIS_OK)
        return Error{Errc::protocol, std::string("this is not Redis' protocol: ") + parts_->reader->errstr, {}};
    if (raw == nullptr) {
        if (parts_->pending > mostPending)
            return Error{Errc::protocol, "a reply of Redis is larger than 64 MiB", {}};
        return std::optional<Reply>{};
    }
    const std::unique_ptr<void, FreeReply> owned{raw};
    parts_->pending = parts_->reader->len - parts_->reader->pos;
    return std::optional{replyOf(*static_cast<const redisReply*>(raw))};
}

std::string writeCommand(std::span<const std::string> words)
{
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
        starts.push_back(word.data());
        sizes.push_back(word.size());
    }
    char* bytes = nullptr;
    const int size = ::redisFormatCommandArgv(&bytes, int(words.size()), starts.data(), sizes.data());
    if (size <= 0)
        return {};
    std::string out(bytes, std::size_t(size));
    std::fill_n(static_cast<volatile char*>(bytes), size, '\0'); // it may hold a password
    ::redisFreeCommand(bytes);
    return out;
}

Error errorOf(const Reply& reply)
{
    const std::string_view text = meaningPart(reply.text);
    const std::string_view word = text.substr(0, text.find(' '));
    for (const Meaning& sentence : sentences)
        if (text.starts_with(sentence.word))
            return {sentence.code, std::string(sentence.advice), "redis"};
    for (const Meaning& meaning : meanings)
        if (word == meaning.word)
            return {meaning.code, std::string(meaning.advice) + " (" + std::string(word) + ")", "redis"};
    return {Errc::protocol, "Redis answered: " + reply.text.substr(0, 200), "redis"};
}

} // namespace drover::redis
