// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/Models.h"

#include "protocol/json/JsonReader.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace drover::openai {
namespace {

Error noModelList(std::string_view why)
{
    return Error{Errc::protocol, "the answer is no list of models: " + std::string(why), {}};
}

const boost::json::array* modelData(const boost::json::object& body)
{
    const auto* data = body.if_contains("data");
    return data == nullptr ? nullptr : data->if_array();
}

std::string_view modelId(const boost::json::value& item)
{
    const auto* model = item.if_object();
    const auto* id = model == nullptr ? nullptr : model->if_contains("id");
    const auto* text = id == nullptr ? nullptr : id->if_string();
    return text == nullptr ? std::string_view() : viewOf(*text);
}

} // namespace

Result<std::vector<std::string>> parseModels(std::string_view body)
{
    const auto parsed = parseJsonObject(body);
    if (!parsed.has_value())
        return noModelList(parsed.error().what);
    const auto* data = modelData(*parsed);
    if (data == nullptr)
        return noModelList("it has no \"data\"");
    std::vector<std::string> ids;
    for (const auto& item : *data)
        if (!modelId(item).empty())
            ids.emplace_back(modelId(item));
    return ids;
}

Result<std::string> renameModels(std::string_view body, const std::map<std::string, std::string>& models)
{
    auto parsed = parseJsonObject(body);
    if (!parsed.has_value())
        return noModelList(parsed.error().what);
    const auto* data = modelData(*parsed);
    if (data == nullptr)
        return noModelList("it has no \"data\"");
    boost::json::array renamed;
    for (const auto& item : *data) {
        const auto id = modelId(item);
        bool known = false;
        for (const auto& [client, target] : models) {
            if (id.empty() || target != id)
                continue;
            known = true;
            boost::json::object copy = item.get_object();
            copy["id"] = boost::json::string_view(client);
            renamed.emplace_back(std::move(copy));
        }
        if (!known)
            renamed.push_back(item);
    }
    (*parsed)["data"] = std::move(renamed);
    return boost::json::serialize(*parsed);
}

} // namespace drover::openai
