// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drover::test {

// A folder of the test's own, gone with it.
class Folder {
public:
    Folder()
    {
        if (!dir_.isValid())
            throw std::runtime_error("no temporary folder");
    }
    std::filesystem::path path() const { return dir_.path().toStdString(); }
    std::filesystem::path operator/(std::string_view name) const { return path() / name; }

    std::filesystem::path write(std::string_view name, std::string_view text) const
    {
        return put(name, text, std::ios::trunc);
    }
    std::filesystem::path append(std::string_view name, std::string_view text) const
    {
        return put(name, text, std::ios::app);
    }
    std::string read(std::string_view name) const
    {
        std::ifstream in{path() / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

private:
    std::filesystem::path put(std::string_view name, std::string_view text, std::ios::openmode mode) const
    {
        const auto file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary | mode} << text;
        return file;
    }
    QTemporaryDir dir_;
};

} // namespace drover::test
