// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/json/JsonReader.h"
#include "protocol/vault/Vault.h"
#include "support/Files.h"

#include <cctype>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace drover::test {

// A request to a real Vault and its answer, as recorded (vault.md beside them).
struct VaultTranscript {
    std::string method, path;
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers;

    vault::Reply reply() const
    {
        return {status, body, [this](std::string_view name) -> std::optional<std::string_view> {
                    const auto found = headers.find(std::string(name));
                    return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->second);
                }};
    }
};

inline std::map<std::string, VaultTranscript> vaultTranscripts()
{
    std::map<std::string, VaultTranscript> all;
    std::istringstream lines(readData("vault/vault-transcripts.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        const auto object = parseJsonObject(line).value();
        JsonFields fields{object};
        VaultTranscript one;
        fields.object("request", [&](JsonFields& request) {
            one.method = request.text("method");
            one.path = request.text("path");
        });
        fields.object("response", [&](JsonFields& response) {
            one.status = int(response.count("status"));
            one.body = response.textOr("body_text", {});
            response.each("headers", [&](std::string_view name, JsonFields& headers) {
                std::string lower(name);
                for (auto& c : lower)
                    c = char(std::tolower(c));
                one.headers[lower] = headers.text(name);
            });
        });
        all[fields.text("name")] = std::move(one);
    }
    return all;
}

} // namespace drover::test
