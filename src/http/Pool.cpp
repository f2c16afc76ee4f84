// SPDX-License-Identifier: Apache-2.0
#include "http/Pool.h"

#include "http/Stream.h"

namespace drover::http {

std::unique_ptr<Connection> Pool::take(std::string_view origin)
{
    const auto found = idle_.find(origin);
    if (found == idle_.end())
        return nullptr;
    auto& waiting = found->second;
    while (!waiting.empty()) {
        auto connection = std::move(waiting.back());
        waiting.pop_back();
        if (connection->unread().empty() && connection->stream().isQuiet()) {
            connection->stream().expectForever();
            return connection;
        }
    }
    return nullptr;
}

void Pool::give(const std::string& origin, std::unique_ptr<Connection> connection)
{
    if (!connection->unread().empty() || !connection->stream().isOpen())
        return;
    auto& waiting = idle_[origin];
    if (waiting.size() >= perOrigin_)
        waiting.erase(waiting.begin());
    // The loop closes it when its time is over; the next take() or give() clears it away.
    std::erase_if(waiting, [](const auto& old) { return !old->stream().isOpen(); });
    connection->stream().expectWithin(idleTime_);
    connection->rest();
    waiting.push_back(std::move(connection));
}

std::size_t Pool::idle() const
{
    std::size_t count = 0;
    for (const auto& [origin, waiting] : idle_)
        count += waiting.size();
    return count;
}

} // namespace drover::http
