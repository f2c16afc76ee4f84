// SPDX-License-Identifier: Apache-2.0
#include "services/FileEvidence.h"

#include "services/EvidenceTotals.h"
#include "services/LineTail.h"

namespace drover {

namespace {

// A gateway's clock may be behind ours, and its file then bears the day before.
constexpr auto clockSkew = std::chrono::hours{1};

} // namespace

struct FileEvidence::State {
    explicit State(const std::filesystem::path& folder) : tail(folder) {}
    // From a day on: what was skipped is read when somebody asks for it.
    Result<void> readNew(std::optional<WallTime> from = {})
    {
        LineTail::OnLine take = [this](std::string_view line) {
            const auto parsed = parseEvidenceLine(line);
            if (parsed.has_value())
                totals.add(*parsed);
            else
                ++badLines;
        };
        if (!from.has_value())
            return tail.poll(take);
        return tail.poll(take, formatDate(*from - clockSkew));
    }
    LineTail tail;
    EvidenceTotals totals;
    std::uint64_t badLines = 0;
};

FileEvidence::FileEvidence(const std::filesystem::path& folder) : state_(std::make_shared<State>(folder)) {}

FileEvidence::~FileEvidence() = default;

Task<Result<EvidenceWindow>> FileEvidence::window(EvidenceQuery query, Deadline deadline)
{
    auto job = [state = state_, query = std::move(query)]() -> Result<EvidenceWindow> {
        DROVER_CHECK(state->readNew(query.from));
        return state->totals.window(query);
    };
    return byDeadline(deadline, worker_.run(std::move(job)), "reading the evidence");
}

Task<Result<std::vector<LatencyPoint>>> FileEvidence::series(WallTime from, Duration bucket,
                                                             Deadline deadline)
{
    auto job = [state = state_, from, bucket]() -> Result<std::vector<LatencyPoint>> {
        DROVER_CHECK(state->readNew(from));
        return state->totals.series(from, bucket);
    };
    return byDeadline(deadline, worker_.run(std::move(job)), "reading the evidence");
}

Task<Result<std::uint64_t>> FileEvidence::badLines(Deadline deadline)
{
    auto job = [state = state_]() -> Result<std::uint64_t> {
        DROVER_CHECK(state->readNew());
        return state->badLines;
    };
    return byDeadline(deadline, worker_.run(std::move(job)), "reading the evidence");
}

} // namespace drover
