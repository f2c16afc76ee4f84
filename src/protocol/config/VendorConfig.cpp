// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/VendorConfig.h"

#include "protocol/json/JsonReader.h"

#include <array>
#include <initializer_list>
#include <utility>

namespace drover {
namespace {

constexpr std::array<std::string_view, 4> vendorKeyNames{"api_key", "apiKey", "HOLYSHEEP_API_KEY", "key"};

class VendorWalk {
public:
    Result<std::vector<VendorKey>> all(const boost::json::object& outermost)
    {
        DROVER_CHECK(take(outermost, {}, {}));
        for (const std::string_view inner : {"holysheep", "auth"})
            if (const boost::json::value* found = outermost.if_contains(inner); found && found->is_object()) {
                DROVER_CHECK(take(found->get_object(), std::string(inner), {}));
            }
        for (const std::string_view group : {"profiles", "keys"}) {
            const boost::json::value* found = outermost.if_contains(group);
            if (found && found->is_object()) {
                for (const auto& [name, member] : found->get_object()) {
                    DROVER_CHECK(item(member, std::string(group) + '.' + std::string(name), std::string(name), group == "keys"));
                }
            } else if (found && found->is_array()) {
                std::size_t index = 0;
                for (const boost::json::value& member : found->get_array()) {
                    DROVER_CHECK(item(member, std::string(group) + '[' + std::to_string(index++) + ']', {}, group == "keys"));
                }
            }
        }
        return std::move(found_);
    }

private:
    static std::string textOf(const boost::json::object& from, std::initializer_list<std::string_view> names)
    {
        for (const std::string_view name : names)
            if (const boost::json::value* found = from.if_contains(name); found && found->is_string())
                return std::string(viewOf(found->get_string()));
        return {};
    }
    static std::optional<WallTime> timeOf(const boost::json::object& from, std::initializer_list<std::string_view> names)
    {
        const Result<WallTime> time = parseTime(textOf(from, names));
        return time.has_value() ? std::optional{*time} : std::nullopt;
    }

    Result<void> item(const boost::json::value& member, std::string path, std::string name, bool maybeBare)
    {
        if (member.is_object())
            return take(member.get_object(), std::move(path), std::move(name));
        if (maybeBare && member.is_string()) {
            VendorKey made;
            made.field = std::move(path);
            made.name = std::move(name);
            made.key = Secret{viewOf(member.get_string())};
            found_.push_back(std::move(made));
        }
        return {};
    }

    Result<void> take(const boost::json::object& from, std::string path, std::string name)
    {
        for (const std::string_view keyName : vendorKeyNames) {
            const boost::json::value* found = from.if_contains(keyName);
            if (!found || found->is_null())
                continue;
            const std::string field = path.empty() ? std::string(keyName) : path + '.' + std::string(keyName);
            if (!found->is_string())
                return Error{Errc::invalidInput, "a text was expected", field};
            if (found->get_string().empty())
                continue;
            VendorKey made;
            made.field = field;
            made.id = textOf(from, {"key_id", "keyId", "id"});
            made.name = textOf(from, {"name", "label"});
            if (made.name.empty())
                made.name = std::move(name);
            made.key = Secret{viewOf(found->get_string())};
            made.createdAt = timeOf(from, {"created_at", "createdAt"});
            made.expiresAt = timeOf(from, {"expires_at", "expiresAt"});
            found_.push_back(std::move(made));
            return {}; // one key an object: another name for it is the same
        }
        return {};
    }

    std::vector<VendorKey> found_;
};

} // namespace

Result<std::vector<VendorKey>> parseVendorConfig(std::string_view json, std::string_view file)
{
    const auto parsed = parseJsonObject(json);
    if (!parsed.has_value())
        return at(file, parsed.error());
    auto found = VendorWalk{}.all(*parsed);
    if (!found.has_value())
        return at(file, std::move(found).error());
    return found;
}

} // namespace drover
