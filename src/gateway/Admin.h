// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gateway/Metrics.h"
#include "http/Server.h"

#include <functional>
#include <string>
#include <vector>

namespace drover::gateway {

// The admin listener: /healthz /readyz /metrics /admin/routing (and the playbook's /routing-status). GET only; a Host
// it was not configured with is refused, so that no page in a browser can read it by a name of its own. Nothing here
// changes anything.
class Admin {
public:
    struct Sources {
        std::function<Metrics::Now()> now;
        std::function<std::string()> routing;  // JSON
        std::function<std::string()> notReady; // why, or ""
    };
    Admin(const Metrics& metrics, Sources sources) : metrics_(metrics), sources_(std::move(sources)) {}

    // What a Host field may say: the address listened on, with and without its port, and localhost where it is loopback.
    void allow(const std::string& host, std::uint16_t port);
    http::Async<void> handle(http::Request& request, http::Responder& responder);

private:
    struct Answer {
        int status = 200;
        std::string_view type = "application/json";
        std::string body;
    };
    Answer answer(const http::Head& head) const;
    bool isAllowed(const http::Head& head) const;

    const Metrics& metrics_;
    Sources sources_;
    std::vector<std::string> hosts_;
};

} // namespace drover::gateway
