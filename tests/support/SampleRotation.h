// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Session.h"

namespace drover::test {

using namespace drover::gui;

// A rotation as a test sets it; begins and stops at a word.
class SampleRotation final : public RotationDesk {
public:
    std::vector<std::string> targets() const override { return names; }
    Task<Result<std::vector<OpenRotation>>> open() override
    {
        if (fail)
            co_return *fail;
        co_return under;
    }
    Task<Result<RotationNews>> news(std::string target) override
    {
        asked = std::move(target);
        co_return shown;
    }
    Task<Result<void>> rotate(std::string target) override
    {
        if (fail)
            co_return *fail;
        rotated.push_back(std::move(target));
        shown.here = true;
        co_return Result<void>{};
    }
    Task<Result<void>> paste(std::string, Secret key) override
    {
        if (fail)
            co_return *fail;
        ++pastes;
        pasted = key.reveal([](std::string_view text) { return std::string(text); });
        co_return Result<void>{};
    }
    Task<Result<void>> giveUp(std::string) override
    {
        ++givenUp;
        co_return Result<void>{};
    }
    bool here() const override { return shown.here; }
    void stopHere() override
    {
        ++stops;
        shown.here = false;
    }
    Task<Result<void>> schedule(std::string when) override
    {
        if (fail)
            co_return *fail;
        if (shown.schedule)
            shown.schedule->when = when;
        schedules.push_back(std::move(when));
        co_return Result<void>{};
    }

    RotationNews shown;
    std::vector<OpenRotation> under;   // way
    std::vector<std::string> names{"holysheep", "legacy"};
    std::string asked;                 // whose news was asked for last
    std::optional<Error> fail;         // what everything that is asked for answers
    std::vector<std::string> rotated;  // targets
    std::vector<std::string> schedules;
    int stops = 0;
    int pastes = 0;
    std::string pasted;                // the latest
    int givenUp = 0;
};

} // namespace drover::test
