// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "support/SampleSession.h"

namespace drover::test {

// Opens sample sessions, or fails as it is told.
class SampleWorkplace final : public gui::Workplace {
public:
    explicit SampleWorkplace(const Clock& clock) : clock_(clock) {}
    std::optional<Error> failWith;
    bool hangs = false; // opens for ever
    gui::WorkspaceWish wished;
    std::filesystem::path opened;

    std::filesystem::path defaultFolder() const override { return "/tmp/drover-sample"; }
    bool exists(const std::filesystem::path&) const override { return false; }
    Task<Result<std::unique_ptr<gui::Session>>> open(std::filesystem::path folder) override
    {
        opened = folder;
        co_return make();
    }
    Task<Result<std::unique_ptr<gui::Session>>> create(gui::WorkspaceWish wish) override
    {
        wished = wish;
        if (hangs)
            co_await never();
        co_return make();
    }
    Task<Result<std::unique_ptr<gui::Session>>> sandbox(std::function<void(std::string)> progress) override
    {
        progress("starting the sandbox");
        if (hangs)
            co_await never();
        co_return make();
    }

private:
    static Task<void> never()
    {
        Later<bool> answer{[](Later<bool>::Resolve) { return std::shared_ptr<void>{}; }};
        co_await answer;
    }
    Result<std::unique_ptr<gui::Session>> make()
    {
        if (failWith)
            return *failWith;
        return std::unique_ptr<gui::Session>(std::make_unique<SampleSession>(clock_));
    }
    const Clock& clock_;
};

} // namespace drover::test
