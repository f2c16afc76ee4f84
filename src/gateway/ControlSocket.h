// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "http/Loop.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace drover::gateway {

// The Unix socket gateway/<id>.sock, mode 0600, for what changes the gateway's state. One command a line, as a word
// ("drain") or {"command":"drain"}; one JSON object a line comes back.
class ControlSocket {
public:
    using Handler = std::function<std::string(std::string_view command)>;

    ControlSocket(http::Loop& loop, Handler handler);
    ~ControlSocket(); // removes the file

    // Errors: io, busy.
    Result<void> listen(const std::filesystem::path& path);
    void close();

    struct State;

private:
    std::shared_ptr<State> state_;
};

// The command of a line: its word, or the value of "command".
std::string commandOf(std::string_view line);

} // namespace drover::gateway
