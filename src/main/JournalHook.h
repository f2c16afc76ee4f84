// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Workspace.h"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace drover {

// The crash point of the kill -9 tests: DROVER_DIE_AT_JOURNAL=<n>[:before|:after] ends the process at its n-th append,
// before it is written or (by default) after. Compiled only with DROVER_TEST_HOOKS.
class DyingJournal final : public Journal {
public:
    explicit DyingJournal(Journal& journal) : journal_(journal)
    {
        const char* text = std::getenv("DROVER_DIE_AT_JOURNAL");
        if (!text)
            return;
        at_ = std::strtoull(text, nullptr, 10);
        before_ = std::string_view(text).ends_with(":before");
    }

    Task<Result<std::uint64_t>> append(JournalEntry entry) override
    {
        const bool now = ++count_ == at_;
        if (now && before_)
            std::raise(SIGKILL);
        Result<std::uint64_t> sequence = co_await journal_.append(std::move(entry));
        if (now)
            std::raise(SIGKILL);
        co_return sequence;
    }
    Task<Result<std::vector<JournalEntry>>> entries(std::string run) override
    {
        return journal_.entries(std::move(run));
    }
    Task<Result<std::optional<std::string>>> latestRun(std::string kind) override
    {
        return journal_.latestRun(std::move(kind));
    }
    Task<Result<std::vector<std::string>>> latestRuns(std::string kind) override { return journal_.latestRuns(std::move(kind)); }
    Task<Result<std::optional<std::string>>> latestRunOf(std::string kind, std::string subject) override
    {
        return journal_.latestRunOf(std::move(kind), std::move(subject));
    }
    Task<Result<std::uint64_t>> highestGeneration() override { return journal_.highestGeneration(); }
    Task<Result<void>> raiseGeneration(std::uint64_t generation) override
    {
        return journal_.raiseGeneration(generation);
    }

private:
    Journal& journal_;
    std::uint64_t at_ = 0;
    std::uint64_t count_ = 0;
    bool before_ = false;
};

} // namespace drover
