// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/AsioTypes.h"

#include "base/Result.h"
#include "base/Time.h"

#include <boost/asio/ip/address.hpp>

#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace drover::http {

class Loop;

// Names and their addresses. The system's lookup cannot be ended and knows no deadline, so it runs beside those who
// wait for it: one for a name at a time. The last good addresses stay for when it fails or takes long.
class Names {
public:
    using Addresses = std::vector<asio::ip::address>;
    // Calls `done` once, on the loop, later.
    using Lookup = std::function<void(const std::string& host, std::function<void(Result<Addresses>)> done)>;
    // With addresses of an earlier lookup at hand nobody waits longer for a newer one.
    static constexpr Duration patience = 1s;

    explicit Names(Loop& loop);

    // Waits for the addresses; `giveUp` is set to what ends the waiting at once (then the error is `cancelled`).
    // localhost and what is below it are this machine, and no name server is asked (RFC 6761, 6.3).
    // Errors: network (no such name, none of the name servers answers).
    Async<Result<Addresses>> find(std::string host, std::function<void()>& giveUp);
    // Instead of the system's; for tests.
    void setLookup(Lookup lookup) { lookup_ = std::move(lookup); }

private:
    struct Name {
        Addresses last;
        std::string failure;              // of the last lookup, "" where it was good
        bool running = false;
        SteadyTime since{};               // it runs
        std::list<SteadyTimer*> waiting;
    };
    void begin(const std::string& host, Name& name);
    void end(const std::string& host, Result<Addresses> found);
    static Async<void> wait(Loop& loop, Name& name, bool& givenUp, std::function<void()>& giveUp);

    Loop& loop_;
    Lookup lookup_;
    std::map<std::string, Name, std::less<>> names_; // as many as there are targets
};

} // namespace drover::http
