// SPDX-License-Identifier: Apache-2.0
#include "gateway/ModelScope.h"

#include "protocol/json/JsonScan.h"

namespace drover::gateway {
namespace {

void takeModel(JsonScan& value, std::vector<std::string>& models)
{
    if (auto text = value.text())
        models.push_back(std::move(*text));
}

// {"requests":[{"params":{"model":…}}]}
void takeBatch(JsonScan& requests, std::vector<std::string>& models)
{
    requests.items([&](JsonScan& request) {
        request.members([&](std::string_view key, JsonScan& params) {
            if (key != "params")
                return;
            params.members([&](std::string_view name, JsonScan& value) {
                if (name == "model")
                    takeModel(value, models);
            });
        });
    });
}

// Each part of a multipart form named model: its value stands between the part's head and the next line end.
void takeForm(std::string_view body, std::vector<std::string>& models)
{
    for (const std::string_view name : {"name=\"model\"", "name=model\r\n", "name=model;"}) {
        for (std::size_t at = body.find(name); at != std::string_view::npos; at = body.find(name, at + 1)) {
            const std::size_t head = body.find("\r\n\r\n", at);
            if (head == std::string_view::npos)
                break;
            const std::size_t begin = head + 4;
            models.emplace_back(body.substr(begin, std::min(body.find("\r\n", begin), body.size()) - begin));
        }
    }
}

} // namespace

std::vector<std::string> modelsNamed(std::string_view body)
{
    std::vector<std::string> models;
    JsonScan scan{body};
    if (scan.kind() != '{') {
        takeForm(body, models);
        return models;
    }
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "model")
            takeModel(value, models);
        else if (key == "requests")
            takeBatch(value, models);
    });
    return models;
}

} // namespace drover::gateway
