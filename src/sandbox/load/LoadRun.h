// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Client.h"
#include "http/Loop.h"
#include "http/Url.h"

#include "base/Secret.h"
#include "sandbox/Options.h"
#include "sandbox/load/LoadPlan.h"
#include "sandbox/load/Outcome.h"

#include <cstdio>
#include <memory>
#include <set>
#include <string>

namespace drover::sandbox {

// Client load, open loop: requests leave when the plan says, however slow the answers are, and none is sent twice.
class LoadRun {
public:
    LoadRun(http::Loop& loop, LoadOptions options, LoadPlan plan, http::Url target, Secret token);
    ~LoadRun();

    // Opens the log. Errors: io.
    Result<void> openLog();
    // Sends until the time is over or stop(), waits for what is outstanding (at most `patience`, 15 s; what has no answer
    // then has failed: network, or cut within its body), then stops the loop.
    void start();
    // Sends nothing more.
    void stop() { stopping_ = true; }
    std::string result() const { return result_.json(seconds(ended_ - began_)); }

private:
    http::Async<void> sendAll();
    http::Async<void> sendOne(LoadItem item);
    void note(const LoadItem& item, SteadyTime sent, int status, ErrorClass outcome, std::string_view target, double ms);

    http::Loop& loop_;
    LoadOptions options_;
    LoadPlan plan_;
    http::Url target_;
    Secret token_;
    http::Client client_;
    LoadResult result_;
    std::FILE* log_ = nullptr;
    SteadyTime began_{}, ended_{};
    std::set<http::Cancel*> outstanding_; // calls that have not ended
    bool stopping_ = false;
};

} // namespace drover::sandbox
