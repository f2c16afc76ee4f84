// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/provider/Admin.h"
#include "sandbox/provider/Behaviour.h"
#include "sandbox/provider/Bytes.h"
#include "sandbox/provider/KeyBook.h"
#include "sandbox/provider/Ledger.h"
#include "sandbox/provider/Reply.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace drover::sandbox {

// One request to a provider.
struct Call {
    Region region = Region::main;
    std::string_view method;
    std::string_view path;       // without the query
    std::string_view credential; // the key of Authorization: Bearer or x-api-key, "" without one
    std::string_view body;
    std::string_view query = {}; // without "?"
};

// What tests and the control address switch on at run time.
struct ProviderFaults {
    enum class Mint { fine, lost, lostOnce, absent }; // lost: the key is made, the reply never comes
    bool hang = false;
    std::array<bool, regionCount> down{};   // connections to it are reset
    Mint mint = Mint::fine;
    // Whether the reply to the mint that was made now is lost.
    bool losesMint()
    {
        const bool lost = mint == Mint::lost || mint == Mint::lostOnce;
        if (mint == Mint::lostOnce)
            mint = Mint::fine;
        return lost;
    }
    bool limits = false;                    // answer 429 above the shown rate limit
};

// A simulated provider: keys, behaviour and bytes put together. No sockets: reply() decides, others send.
class Provider {
public:
    Provider(Side side, std::uint64_t seed, Behaviour& behaviour, Ledger& ledger, const Clock& clock);

    Reply reply(const Call& call);
    // A client went away before the end of its answer.
    void noteLeft() { ledger_.noteLeft(side_); }

    Side side() const { return side_; }
    KeyBook& keys() { return keys_; }
    const KeyBook& keys() const { return keys_; }
    const Admin& admin() const { return admin_; }
    ProviderFaults& faults() { return faults_; }
    bool deadKeys() const { return deadKeys_; }
    void setDeadKeys(bool dead) { deadKeys_ = dead; }

private:
    Reply refused(const Call& call);
    Reply keyCall(const Call& call);
    Reply mint(const Call& call);
    Reply listKeys();
    Reply answerCall(const Call& call, Dialect dialect, IssuedKeyState& key);
    Reply answered(Dialect dialect, const Prompt& prompt, const Fate& fate, const std::string& id);
    Reply paced(Dialect dialect, const Prompt& prompt, std::uint32_t events, double everyMs, const std::string& id);
    bool overLimit();
    void addHeaders(Reply& reply, Dialect dialect, const std::string& id, const Prompt* prompt);
    void record(const Call& call, const Reply& reply, const std::string& keyId, bool counted, const std::string& user = {});

    Side side_;
    Behaviour& behaviour_;
    Ledger& ledger_;
    const Clock& clock_;
    KeyBook keys_;
    Admin admin_; // of the legacy side
    ProviderFaults faults_;
    bool deadKeys_ = false;
    Random ids_;
    std::int64_t minute_ = 0; // of the rate-limit window
    std::uint64_t used_ = 0;
};

} // namespace drover::sandbox
