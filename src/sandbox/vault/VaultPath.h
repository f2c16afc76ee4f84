// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace drover::sandbox {

// "%2F" and the like; "+" stays in a path and is a space in a form. Nothing where an escape is broken.
std::optional<std::string> percentDecoded(std::string_view text, bool plusIsSpace);
// "a=b&c=d", decoded; broken pairs are left out.
std::map<std::string, std::string, std::less<>> formFields(std::string_view text);
// The path without "//", "." and "..", as Go's mux redirects to; the same where there is nothing to clean.
std::string cleanedPath(std::string_view path);

} // namespace drover::sandbox
