// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/Rotations.h"
#include "app/RoutingDesk.h"
#include "app/TakingTurns.h"

#include "domain/keys/RotationPlan.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::app {

// What came of one target's rotation in a round.
struct RoundEntry {
    enum class End {
        done,
        failed,          // `why`; the key before it is in use as it was
        rests,           // a long overlap is before it, until `restsUntil`: who goes on later ends it
        waitsForPerson,  // `why` says for what
        byHand,          // not begun: the target's keys are made by a person
        broken,          // its journal could not be read or written: `why`
    };
    std::string target;
    End end = End::done;
    std::string run = {};    // the rotation's id, "" where none was begun
    std::string keyId = {};  // its new key
    std::string why = {};
    std::optional<WallTime> restsUntil = {};
};
std::string_view roundEndName(RoundEntry::End end); // "done", "waits_for_person" …

// Rotates the key of every target in one round; an interrupted rotation is brought to its end instead. No more than `atOnce` calls are
// under way to providers at a time; some more rotations are, so that what one does here passes while another waits for its provider.
// One that only lets its overlap pass is laid aside meanwhile. The caller holds controller.lock. Destroying the task of run() stops it at
// once: the journal has everything.
class RotationRound {
public:
    struct Options {
        MigrationPolicy policy;
        std::size_t atOnce = 8; // calls to providers
        bool onlyOpen = false;  // bring to an end what was begun, and begin nothing
    };
    struct Progress {
        std::size_t ended = 0; // of all, whatever their end
        std::size_t all = 0;
        std::size_t failed = 0;
    };

    RotationRound(Ports& ports, Options options);

    // The targets in the order of their names. Errors: refused while a migration has not ended; those of the journal, before anything is
    // begun.
    Task<Result<std::vector<RoundEntry>>> run();
    // Called on this thread each time a target has its end.
    void onProgress(std::function<void(const Progress&)> callback) { onProgress_ = std::move(callback); }

private:
    struct Job {
        std::size_t entry = 0;  // of entries_
        std::string run;
        WallTime from{};        // before that it has nothing to do
    };
    Task<Result<void>> plan();
    Task<bool> work();
    Task<void> rotate(Job job);
    std::optional<Job> nextJob();
    void take(Job job, const Result<RotationPlan>& plan);
    void ended(RoundEntry::End end, RoundEntry& entry, std::string why = {});

    TakingTurns turns_;
    Ports& ports_; // with turns at the providers
    RoutingDesk desk_;
    Options options_;
    std::vector<RoundEntry> entries_;
    std::deque<Job> waiting_;
    std::vector<Job> resting_;
    std::size_t atWork_ = 0; // rotations
    Progress progress_;
    std::function<void(const Progress&)> onProgress_;
};

// {"done","failed","rests","waits_for_person","by_hand","broken": how many, "rotations":[{"target","end","id","key_id","why","rests_until"}]}
std::string roundJson(const std::vector<RoundEntry>& entries);

} // namespace drover::app
