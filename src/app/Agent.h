// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Controller.h"
#include "app/Ports.h"
#include "app/ScheduleService.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace drover::app {

// Does what the rotation schedule asks for, and brings interrupted rotations to their end. It takes controller.lock only
// for that, and gives it back while a rotation only waits for its overlap to pass, so that a migration, the console or
// another agent may be the controller in between; whoever comes second finds nothing left to do. Says what it does in the
// log. Destroying the task of run() stops it at once: the journal has everything.
class Agent {
public:
    struct Options {
        bool once = false;     // one look, and what is due then
        Duration poll = 5s;    // between looks, and before the first new try after an error
    };
    struct Rotated {
        std::string run;
        std::string outcome;   // "done", "failed"
        std::string keyId;
        std::string why;
    };

    Agent(Ports& ports, Options options);

    // Ends with `once` alone. Errors: a schedule that cannot be kept, at the start; with `once` whatever kept it from working.
    Task<Result<void>> run();
    const std::vector<Rotated>& rotated() const { return rotated_; }

private:
    Task<Result<void>> turn();
    Task<Result<void>> work();
    Task<Result<void>> rotate(ScheduleStep step, MigrationPolicy policy);
    void follow(const RotationPlan& plan);
    void say(std::string text, bool warn = false);
    void tellOthers(const ScheduleView& view);
    Duration pause(int failures) const;

    Ports& ports_;
    Options options_;
    ScheduleService schedule_;
    Controller controller_;
    std::vector<Rotated> rotated_;
    std::optional<WallTime> next_;
    std::string said_;            // the last of say(): what has not changed is not said again
    std::set<std::string> toldOthers_;
    std::string followed_;        // the rotation whose history is being followed …
    std::size_t lines_ = 0;       // … and how much of it was said
};

// What an agent did, for its answer.
std::string agentJson(const std::vector<Agent::Rotated>& rotated);

} // namespace drover::app
