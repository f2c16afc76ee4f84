// SPDX-License-Identifier: Apache-2.0
// What the sample session says of keys beyond its list.
#include "support/SampleSession.h"

namespace drover::test {

Task<Result<app::KeyHarvest>> SampleSession::look(app::KeySource source)
{
    lookedAt.push_back(std::move(source));
    if (failKeys)
        co_return *failKeys;
    app::KeyHarvest harvest;
    if (emptyHarvest)
        co_return harvest;
    for (const auto& [place, target, hint] : {std::tuple{".env line 3: HOLYSHEEP_API_KEY", "holysheep", "****x9Qf"},
                                              std::tuple{".env line 4: OPENAI_API_KEY", "legacy", "****a1Zc"},
                                              std::tuple{".env line 7: HOLYSHEEP_KEY_ID", "holysheep", "****07aa"}}) {
        app::KeyCandidate candidate;
        candidate.place = place;
        candidate.suggested.target = target;
        candidate.hint = hint;
        candidate.key = Secret(std::string("hs_") + std::string(40, 'x'));
        harvest.candidates.push_back(std::move(candidate));
    }
    harvest.candidates[1].heldAs = "k_1a2b3c4d5e";
    harvest.candidates[2].problem = "this is the id, not the key: the id and the secret look swapped";
    harvest.passedOver = {"DATABASE_URL", "LOG_LEVEL"};
    co_return harvest;
}

Task<Result<std::vector<app::KeyTaken>>> SampleSession::take(std::vector<app::KeyCandidate> chosen)
{
    if (failImport)
        co_return *failImport;
    std::vector<app::KeyTaken> done;
    for (app::KeyCandidate& one : chosen) {
        takenKeys = takenKeys && !one.key.empty();
        taken.emplace_back(one.place, one.suggested.target);
        if (failTakes)
            done.push_back({one.place, *failTakes});
        else
            done.push_back({one.place, app::KeyAdded{}});
    }
    co_return done;
}

Task<Result<Secret>> SampleSession::reveal(std::string id, std::string)
{
    if (failKeys)
        co_return *failKeys;
    revealed.push_back(std::move(id));
    co_return Secret(std::string("hs_") + std::string(40, 'x'));
}

Task<Result<void>> SampleSession::revoke(std::string id, std::string reason)
{
    if (failKeys)
        co_return *failKeys;
    for (auto& row : keyRows)
        if (row.record.id == id)
            row.record.state = KeyState::revoked;
    revoked.emplace_back(std::move(id), std::move(reason));
    co_return Result<void>{};
}

Task<Result<app::KeyScanReport>> SampleSession::scan(std::filesystem::path place, bool history)
{
    scans.emplace_back(std::move(place), history);
    if (failKeys)
        co_return *failKeys;
    co_return scanReport;
}

Task<Result<app::KeyDriftReport>> SampleSession::drift()
{
    if (failKeys)
        co_return *failKeys;
    co_return driftReport;
}

Task<Result<app::PrunePreview>> SampleSession::prunePreview()
{
    if (failKeys)
        co_return *failKeys;
    co_return preview;
}

Task<Result<app::PruneDone>> SampleSession::prune(app::PrunePreview seen)
{
    app::PruneDone done;
    for (const PruneLine& line : seen.lines) {
        if (!line.removes || (failPrune && !done.removed.empty()))
            continue;
        done.removed.push_back(line.record.id);
        std::erase_if(preview.lines, [&](const PruneLine& one) { return one.record.id == line.record.id; });
    }
    done.error = failPrune;
    co_return done;
}

} // namespace drover::test
