// SPDX-License-Identifier: Apache-2.0
#include "services/RequestLogReader.h"

#include "protocol/usage/RequestLine.h"
#include "services/LineTail.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace drover {

namespace {

// A file bears the day of its gateway's clock.
constexpr auto clockSkew = std::chrono::hours{1};

} // namespace

struct RequestLogReader::State {
    using Place = std::tuple<std::string, std::string, std::string, RequestRole>; // day, target, model, role

    explicit State(const std::filesystem::path& folder) : tail(folder) {}

    Result<void> readNew()
    {
        return tail.poll([this](std::string_view line) {
            const auto parsed = parseRequestLine(line);
            if (parsed.has_value())
                add(*parsed);
        });
    }
    // For a State that reads once: only what arrived in between.
    Result<void> readBetween(const std::optional<WallTime>& from, const std::optional<WallTime>& to)
    {
        LineTail::OnLine take = [&](std::string_view line) {
            const auto parsed = parseRequestLine(line);
            if (parsed.has_value() && (!from || parsed->ts >= *from) && (!to || parsed->ts <= *to))
                add(*parsed);
        };
        return tail.poll(take, from ? formatDate(*from - clockSkew) : std::string{});
    }
    void add(const RequestLine& line)
    {
        const Place place{formatDate(line.ts), line.target, line.model, line.role};
        auto& group = groups[place];
        std::tie(group.day, group.target, group.model, group.role) = place;
        group.first = group.requests == 0 ? line.ts : std::min(group.first, line.ts);
        group.last = std::max(group.last, line.ts);
        ++group.requests;
        group.errors += line.errorClass == ErrorClass::ok ? 0U : 1U;
        TokenCount tokens;
        tokens.input = line.inputTokens.value_or(0);
        tokens.cached = line.cachedTokens.value_or(0);
        tokens.output = line.outputTokens.value_or(0);
        group.tokens.add(tokens);
        group.latency.record(line.latencyMs);
        if (line.ttftMs.has_value())
            group.firstByte.record(*line.ttftMs);
    }

    LineTail tail;
    std::map<Place, UsageGroup> groups;
};

RequestLogReader::RequestLogReader(const std::filesystem::path& folder)
    : folder_(folder), state_(std::make_shared<State>(folder))
{
}

RequestLogReader::~RequestLogReader() = default;

Task<Result<std::vector<UsageGroup>>> RequestLogReader::groups(UsageQuery query, Deadline deadline)
{
    auto job = [state = state_, folder = folder_,
                query = std::move(query)]() mutable -> Result<std::vector<UsageGroup>> {
        if (query.from.has_value() || query.to.has_value()) {
            state = std::make_shared<State>(folder);
            DROVER_CHECK(state->readBetween(query.from, query.to));
        } else {
            DROVER_CHECK(state->readNew());
        }
        std::vector<UsageGroup> out;
        for (const auto& [place, group] : state->groups) {
            const bool wanted = (query.allRoles || group.role == RequestRole::client) &&
                                (!query.fromDay.has_value() || group.day >= *query.fromDay) &&
                                (!query.toDay.has_value() || group.day <= *query.toDay);
            if (wanted)
                out.push_back(group);
        }
        return out;
    };
    return byDeadline(deadline, worker_.run(std::move(job)), "reading the request log");
}

} // namespace drover
