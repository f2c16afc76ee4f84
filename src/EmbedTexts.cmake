# SPDX-License-Identifier: Apache-2.0
# drover_embed_texts(<out.cpp> FUNCTION <name> HEADER <include> FILES name=path …): a source that defines
#   std::optional<std::string_view> <name>(std::string_view name)
# over the texts of the files. Written at configure time, again when a file changes.
function(drover_embed_texts out)
    cmake_parse_arguments(ARG "" "FUNCTION;HEADER" "FILES" ${ARGN})
    set(arrays "")
    set(branches "")
    foreach(entry IN LISTS ARG_FILES)
        string(REGEX MATCH "^([a-z0-9_-]+)=(.+)$" _ "${entry}")
        set(name "${CMAKE_MATCH_1}")
        set(path "${CMAKE_MATCH_2}")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
        # As numbers: no literal is too long, no delimiter can clash.
        file(READ "${path}" hex HEX)
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
        string(MAKE_C_IDENTIFIER "${ARG_FUNCTION}_${name}" symbol)
        string(APPEND arrays "constexpr char ${symbol}[] = {${bytes}'\\0'};\n")
        string(APPEND branches
            "    if (name == \"${name}\")\n        return std::string_view(${symbol}, sizeof ${symbol} - 1);\n")
    endforeach()
    file(CONFIGURE OUTPUT "${out}" @ONLY CONTENT "// SPDX-License-Identifier: Apache-2.0
// Generated from the files of resources/; do not edit.
#include \"@ARG_HEADER@\"

namespace drover {
namespace {
@arrays@
} // namespace

std::optional<std::string_view> @ARG_FUNCTION@(std::string_view name)
{
@branches@    return std::nullopt;
}

} // namespace drover
")
endfunction()
