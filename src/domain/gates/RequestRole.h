// SPDX-License-Identifier: Apache-2.0
#pragma once
namespace drover {

// Who asked: a client; the mirror of a client's request at the new target; or legacy, asked the same once more.
enum class RequestRole { client, shadow, again };

} // namespace drover
