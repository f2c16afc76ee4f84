// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/EvidenceSource.h"
#include "ports/Provider.h"
#include "ports/Timer.h"
#include "ports/UsageSource.h"

#include "support/fakes/Faults.h"

#include <functional>

namespace drover::test {

// Answers of providers by base URL and key. By default every key is good and every chat says the same.
class ScriptedProvider final : public ProviderClient {
public:
    Faults faults; // models, chat
    // Told the base URL and the key's text; gives the answer.
    std::function<ProviderAnswer(const std::string& url, const std::string& key)> onModels;
    std::function<ProviderAnswer(const std::string& url, const std::string& body)> onChat;
    std::function<void(bool begins)> slow; // where it is set, an answer to models takes some turns of the event loop: told when it begins and ends

    static ProviderAnswer ok(std::string body = "{}")
    {
        ProviderAnswer answer;
        answer.status = 200;
        answer.body = std::move(body);
        answer.firstByteMs = 10;
        answer.totalMs = 20;
        return answer;
    }
    static ProviderAnswer refused(int status, ErrorClass errorClass)
    {
        ProviderAnswer answer;
        answer.status = status;
        answer.errorClass = errorClass;
        return answer;
    }
    static std::string completion(std::string_view text)
    {
        return R"({"id":"c1","object":"chat.completion","model":"gpt-4.1","choices":[{"index":0,"message":)"
               R"({"role":"assistant","content":")" +
               std::string(text) + R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}})";
    }

    Task<Result<ProviderAnswer>> models(std::string url, const Secret& key, Deadline) override
    {
        if (auto error = faults.next("models", url))
            co_return *error;
        if (slow) {
            slow(true);
            co_await delay(Duration{5'000});
            slow(false);
        }
        if (!onModels)
            co_return ok();
        co_return onModels(url, key.reveal([](std::string_view text) { return std::string(text); }));
    }
    Task<Result<ProviderAnswer>> chat(std::string url, const Secret&, std::string body, Deadline) override
    {
        if (auto error = faults.next("chat", url))
            co_return *error;
        co_return onChat ? onChat(url, body) : ok(completion("hello"));
    }
};

// A provider's key list in memory. Several issuers may share one (`book`): what survives a controller.
struct IssuerBook {
    Faults faults; // mint, list, revoke
    std::vector<IssuedKey> keys;
    std::uint64_t minted = 0;
    bool loseNextReply = false; // the next mint happens, its reply is lost …
    Errc lostAs = Errc::network; // … as this
    bool hasApi = true;         // false: an answer to a mint says that there is none
    bool lists = true;          // false: nor one to list keys …
    bool revokes = true;        // … or to end them
};
class MemoryIssuer final : public KeyIssuer {
public:
    explicit MemoryIssuer(IssuerBook& book) : book_(book) {}
    bool canMint() const override { return book_.hasApi || !asked_; }
    bool canList() const override { return book_.lists; }
    bool canRevoke() const override { return book_.revokes; }
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t, std::uint64_t, Deadline) override
    {
        if (auto error = book_.faults.next("mint", name))
            co_return *error;
        asked_ = true;
        if (!book_.hasApi)
            co_return Error{Errc::unavailable, "no API to make keys", "provider"};
        MintedKey minted;
        minted.id = "k_minted" + std::to_string(++book_.minted);
        minted.name = name;
        minted.key = Secret{"cr_" + minted.id + "_secret_0123456789"};
        IssuedKey issued;
        issued.id = minted.id;
        issued.name = name;
        book_.keys.push_back(issued);
        if (std::exchange(book_.loseNextReply, false))
            co_return Error{book_.lostAs, "the reply is lost", "provider"};
        co_return minted;
    }
    Task<Result<std::vector<IssuedKey>>> list(Deadline) override
    {
        if (auto error = book_.faults.next("list"))
            co_return *error;
        if (!book_.lists)
            co_return Error{Errc::unavailable, "no API to list keys", "provider"};
        co_return book_.keys;
    }
    Task<Result<void>> revoke(std::string keyId, Deadline) override
    {
        if (auto error = book_.faults.next("revoke", keyId))
            co_return *error;
        if (!book_.revokes)
            co_return Error{Errc::unavailable, "no API to end keys", "provider"};
        for (IssuedKey& key : book_.keys)
            if (key.id == keyId)
                key.active = false;
        co_return Result<void>{};
    }

private:
    IssuerBook& book_;
    bool asked_ = false;
};

// Usage as the test sets it.
class ScriptedUsage final : public UsageSource {
public:
    Faults faults; // groups
    std::vector<UsageGroup> rows;

    Task<Result<std::vector<UsageGroup>>> groups(UsageQuery query, Deadline) override
    {
        if (auto error = faults.next("groups"))
            co_return *error;
        std::vector<UsageGroup> out;
        for (const UsageGroup& row : rows)
            if ((query.allRoles || row.role == RequestRole::client) && (!query.from || row.last >= *query.from) &&
                (!query.to || row.first <= *query.to))
                out.push_back(row);
        co_return out;
    }
};

// Evidence as the test sets it, or as a function of the query makes it.
class ScriptedEvidence final : public EvidenceSource {
public:
    Faults faults; // window, series
    EvidenceWindow now;
    std::function<EvidenceWindow(const EvidenceQuery& query)> onWindow;
    std::vector<LatencyPoint> points;

    Task<Result<EvidenceWindow>> window(EvidenceQuery query, Deadline) override
    {
        if (auto error = faults.next("window"))
            co_return *error;
        co_return onWindow ? onWindow(query) : now;
    }
    Task<Result<std::vector<LatencyPoint>>> series(WallTime, Duration, Deadline) override
    {
        if (auto error = faults.next("series"))
            co_return *error;
        co_return points;
    }
};

} // namespace drover::test
