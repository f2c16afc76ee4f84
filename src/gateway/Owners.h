// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"
#include "gateway/FileWriter.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drover::gateway {

// Which target issued an id (a response, a conversation, a file …), so that later calls that name it go there. Bounded;
// kept in gateway/owners/<gateway id>.txt, one "<target> <id>" a line. Each gateway appends to its own file and follows
// those of the others.
class Owners {
public:
    static constexpr std::size_t defaultLimit = 100'000;

    Owners(FileWriter& writer, std::filesystem::path folder, std::string gateway, std::size_t limit = defaultLimit);

    // Reads all files; those of gateways that are gone are taken into our own and removed.
    void load(WallTime now);
    // What others have written since; call it every 50 ms or so.
    void look();
    void add(std::string_view id, std::string_view target);
    // "" where nobody is known.
    std::string find(std::string_view id) const;
    // The owner of any id that stands in a path ("/v1/responses/resp_1/cancel").
    std::string findInPath(std::string_view path) const;
    std::size_t size() const { return targets_.size(); }

private:
    // How far the file of another gateway has been read.
    struct Followed {
        std::uint64_t inode = 0;
        std::uint64_t read = 0;
    };
    bool remember(std::string id, std::string target);
    // Takes the whole lines behind what was read; whether anything is left.
    bool follow(const std::filesystem::path& file);
    bool isGone(const std::filesystem::path& file, WallTime now) const;
    // Our file anew, with what is known; then `old` go.
    void rewrite(std::vector<std::filesystem::path> old);

    FileWriter& writer_;
    std::filesystem::path folder_;
    std::filesystem::path file_;
    std::size_t limit_;
    std::unordered_map<std::string, std::string> targets_;
    std::deque<std::string> order_; // oldest first
    std::map<std::string, Followed> followed_;
    std::size_t lines_ = 0;         // of our file
};

} // namespace drover::gateway
