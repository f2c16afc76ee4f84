// SPDX-License-Identifier: Apache-2.0
// For tests that run the gateway without the console: seals keys as the controller does.
//   sealtool WORKSPACE_ID KEK_FILE < "key-id host[,host] api-key" lines  → keys.json on stdout
// Makes KEK_FILE (0600) where it is missing.
#include "base/Secret.h"
#include "protocol/routing/Sealing.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace drover;

std::vector<std::string> splitHosts(const std::string& hosts)
{
    std::vector<std::string> out;
    std::istringstream parts(hosts);
    for (std::string host; std::getline(parts, host, ',');)
        out.push_back(host);
    return out;
}

bool writePrivate(const char* path, const Secret& text)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0)
        return false;
    const bool whole = text.reveal([&](std::string_view bytes) { return write(file, bytes.data(), bytes.size()) == ssize_t(bytes.size()); });
    return close(file) == 0 && whole;
}

Result<std::vector<Kek>> readOrMakeKek(const char* path)
{
    std::ifstream file(path);
    if (!file) {
        std::vector<Kek> made;
        made.push_back(makeKek());
        if (!writePrivate(path, writeKekLine(made.front())))
            return Error{Errc::io, "cannot write the KEK file", path};
        return made;
    }
    std::string text{std::istreambuf_iterator<char>(file), {}};
    return parseKekLines(Secret::taking(text));
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: sealtool WORKSPACE_ID KEK_FILE < lines of \"id hosts key\"\n";
        return 2;
    }
    const auto keks = readOrMakeKek(argv[2]);
    if (!keks.has_value()) {
        std::cerr << describe(keks.error()) << '\n';
        return exitCode(keks.error().code);
    }
    SealedKeys sealed;
    std::string id;
    std::string hosts;
    std::string key;
    while (std::cin >> id >> hosts >> key)
        sealed.emplace(id, sealKey(keks->back(), argv[1], id, splitHosts(hosts), Secret::taking(key)));
    std::cout << writeSealedKeys(sealed);
    return 0;
}
