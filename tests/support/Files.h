// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace drover::test {

// A whole file; throws where it is not there, which fails the test that asked.
inline std::string readFile(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A file below tests/support/data.
inline std::string readData(const std::string& name)
{
    return readFile(std::string(DROVER_TEST_DATA "/") + name);
}

} // namespace drover::test
