// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/RoutingStore.h"
#include "ports/Timer.h"
#include "protocol/routing/Document.h"

#include "support/fakes/Faults.h"

namespace drover::test {

class MemoryRoutingStore final : public RoutingStore {
public:
    Faults faults; // read, write, acks, keys, writeKeys, tokens, writeTokens

    std::optional<RoutingDocument> document;
    std::vector<RoutingDocument> history; // every document that was written, in order
    std::vector<GatewayAck> gateways;
    SealedKeys sealed;
    ClientTokens clients;
    bool rollbackMarker = false;
    Duration slow{0}; // what reading takes, so that others come in between
    // A gateway that acknowledges at once: set `at` and `generation` of each entry of `gateways` on a write.
    const Clock* ackBy = nullptr;

    Task<Result<std::optional<RoutingDocument>>> read(Deadline) override
    {
        if (auto error = faults.next("read"))
            co_return *error;
        if (slow > Duration{0})
            co_await delay(slow);
        co_return document;
    }
    Task<Result<void>> write(RoutingDocument next, std::optional<RoutingDocument> expected, Deadline) override
    {
        if (auto error = faults.next("write", std::to_string(next.generation)))
            co_return *error;
        if (auto broken = checkRouting(next); broken.has_error())
            co_return broken;
        if (auto refused = mayFollow(next, document, expected); refused.has_error())
            co_return refused;
        if (rollbackMarker && next.phase != Phase::rolledBack)
            co_return Error{Errc::refused, "ROLLBACK stands", "holysheep:routing:primary"};
        document = next;
        history.push_back(next);
        if (ackBy)
            acknowledge(*ackBy);
        co_return Result<void>{};
    }
    Task<Result<std::vector<GatewayAck>>> acks(Deadline) override
    {
        if (auto error = faults.next("acks"))
            co_return *error;
        if (ackBy)
            acknowledge(*ackBy);
        co_return gateways;
    }
    Task<Result<SealedKeys>> keys(Deadline) override
    {
        if (auto error = faults.next("keys"))
            co_return *error;
        auto seen = sealed;
        if (slow > Duration{0})
            co_await delay(slow);
        co_return seen;
    }
    Task<Result<void>> writeKeys(SealedKeys keys, SealedKeys expected, Deadline) override
    {
        if (auto error = faults.next("writeKeys"))
            co_return *error;
        if (sealed != expected)
            co_return Error{Errc::conflict, "another writer has changed the sealed keys meanwhile", "keys.json"};
        sealed = std::move(keys);
        co_return Result<void>{};
    }
    Task<Result<ClientTokens>> tokens(Deadline) override
    {
        if (auto error = faults.next("tokens"))
            co_return *error;
        auto seen = clients;
        if (slow > Duration{0})
            co_await delay(slow);
        co_return seen;
    }
    Task<Result<void>> writeTokens(ClientTokens tokens, Deadline) override
    {
        if (auto error = faults.next("writeTokens"))
            co_return *error;
        clients = std::move(tokens);
        co_return Result<void>{};
    }

    void addGateway(std::string id, WallTime at)
    {
        GatewayAck ack;
        ack.gateway = std::move(id);
        ack.at = at;
        ack.generation = document ? document->generation : 0;
        ack.listen = "http://127.0.0.1:8080";
        ack.control = "gateway/" + ack.gateway + ".sock";
        gateways.push_back(std::move(ack));
    }

private:
    void acknowledge(const Clock& clock)
    {
        for (GatewayAck& ack : gateways) {
            ack.at = clock.now();
            ack.generation = document ? document->generation : 0;
            ack.renewal = document ? document->renewal : 0;
        }
    }
};

} // namespace drover::test
