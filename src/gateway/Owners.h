// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gateway/FileWriter.h"

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace drover::gateway {

// Which target issued an id (a response, a conversation, a file …), so that later calls that name it go there. Bounded;
// kept in gateway/owners/<gateway id>.txt, one "<target> <id>" a line, read from all gateways at the start.
class Owners {
public:
    static constexpr std::size_t limit = 100'000;

    Owners(FileWriter& writer, std::filesystem::path folder, std::string gateway);

    void load();
    void add(std::string_view id, std::string_view target);
    // "" where nobody is known.
    std::string find(std::string_view id) const;
    // The owner of any id that stands in a path ("/v1/responses/resp_1/cancel").
    std::string findInPath(std::string_view path) const;
    std::size_t size() const { return targets_.size(); }

private:
    bool remember(std::string id, std::string target);

    FileWriter& writer_;
    std::filesystem::path folder_;
    std::filesystem::path file_;
    std::unordered_map<std::string, std::string> targets_;
    std::deque<std::string> order_; // oldest first
};

} // namespace drover::gateway
