// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/Session.h"

#include "app/Controller.h"

namespace drover::gui {

// A rotation carried out by the console: its own controller, under controller.lock. Where only its overlap is left to pass the
// lock goes back; from then on anybody may go on with it, an agent or this console. Destroying it stops the run as a kill would;
// a dialog that goes away stops nothing.
class KeyRotation final : public RotationDesk {
public:
    explicit KeyRotation(app::Ports& ports);

    std::vector<std::string> targets() const override;
    Task<Result<std::vector<OpenRotation>>> open() override;
    Task<Result<RotationNews>> news(std::string target) override;
    Task<Result<void>> rotate(std::string target) override;
    Task<Result<void>> paste(std::string target, Secret key) override;
    Task<Result<void>> giveUp(std::string target) override;
    bool here() const override { return beginning_.running() || run_.running(); }
    void stopHere() override;
    Task<Result<void>> schedule(std::string when) override;

private:
    struct Wish {
        std::string target{};
        std::optional<Secret> key{};
        bool givesUp = false;
    };
    Task<Result<void>> run(Wish wish);
    Task<Result<void>> begin(Wish wish);
    void over();
    void forgetWhatOthersEnded(const std::optional<RotationPlan>& latest);
    app::Person person();

    app::Ports& ports_;
    app::ScheduleService schedule_;
    app::Controller controller_;
    std::optional<RotationPlan> plan_;   // of the run here
    std::string target_;                 // that was asked for last; ended_ and refusal_ are of it
    std::optional<Error> ended_;
    std::optional<Secret> pasted_;       // until the run asks for it, or ends
    std::string refusal_;
    bool givingUp_ = false;
    std::unique_ptr<Subscription> lock_; // while the run goes on here
    std::function<void(Result<void>)> begun_; // whoever asked for the run
    Pending beginning_;
    Pending run_;                        // last: it ends before what it stands on
};

} // namespace drover::gui
