// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover::test {

// What a fake was asked, and what it shall fail at. Each fake has one, `faults`:
//   store.faults.fail("write", {Errc::network, "down", "vault"});      // the next write fails
//   store.faults.always("read", {Errc::locked, "locked", "keychain"}); // every read, until heal()
//   QCOMPARE(store.faults.count("write"), 1);
class Faults {
public:
    void fail(const std::string& call, Error error) { once_[call].push_back(std::move(error)); }
    void always(const std::string& call, Error error) { always_[call] = std::move(error); }
    // Every call of that name about that subject, "write production".
    void refuse(const std::string& callAndSubject, Error error) { always_[callAndSubject] = std::move(error); }
    void heal() { once_.clear(), always_.clear(); }

    // For the fakes: notes the call; an Error where it shall fail.
    std::optional<Error> next(const std::string& call, const std::string& subject = {})
    {
        calls_.push_back(subject.empty() ? call : call + ' ' + subject);
        ++counts_[call];
        if (auto found = once_.find(call); found != once_.end() && !found->second.empty()) {
            Error error = std::move(found->second.front());
            found->second.pop_front();
            return error;
        }
        for (const std::string& name : {call, calls_.back()}) {
            if (auto found = always_.find(name); found != always_.end())
                return found->second;
        }
        return std::nullopt;
    }

    int count(const std::string& call) const
    {
        const auto found = counts_.find(call);
        return found == counts_.end() ? 0 : found->second;
    }
    // "write k_01", in order.
    const std::vector<std::string>& calls() const { return calls_; }

private:
    std::map<std::string, std::deque<Error>> once_;
    std::map<std::string, Error> always_;
    std::map<std::string, int> counts_;
    std::vector<std::string> calls_;
};

} // namespace drover::test
