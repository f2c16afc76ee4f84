// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/AwsState.h"

#include <algorithm>
#include <charconv>

namespace drover::sandbox {
namespace {

constexpr std::string_view targetStart = "secretsmanager.";
constexpr double day = 86400;

CloudAnswer awsError(std::string_view type, std::string_view message)
{
    CloudAnswer answer;
    answer.status = type == "InternalServiceError" ? 500 : 400;
    answer.contentType = "application/x-amz-json-1.1";
    // The service's own errors have "Message", those of its front "message".
    answer.body = goJson(Json::Object{{"__type", Json{type}}, {"Message", Json{message}}, {"message", Json{message}}});
    return answer;
}

CloudAnswer awsAnswer(const Json::Object& fields)
{
    CloudAnswer answer;
    answer.contentType = "application/x-amz-json-1.1";
    answer.body = goJson(fields);
    return answer;
}

CloudAnswer absent()
{
    return awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

CloudAnswer marked()
{
    return awsError("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");
}

Json secondsJson(double seconds)
{
    return Json::Number{goNumber(seconds)};
}

std::string textOf(const Json& value)
{
    const auto* text = value.asString();
    return text == nullptr ? std::string() : *text;
}

std::vector<std::string> textsOf(const Json& value)
{
    std::vector<std::string> texts;
    if (const auto* list = value.asArray())
        for (const auto& one : *list)
            texts.push_back(textOf(one));
    return texts;
}

Json stagesJson(const std::set<std::string>& stages)
{
    Json::Array list;
    for (const auto& stage : stages)
        list.push_back(Json{stage});
    return list;
}

} // namespace

bool AwsState::Entry::has(const std::string& id, std::string_view stage) const
{
    const auto found = versions.find(id);
    return found != versions.end() && found->second.stages.contains(std::string(stage));
}

double AwsState::now() const
{
    return double(clock_.now().time_since_epoch().count()) / 1e6;
}

CloudAnswer AwsState::handle(const CloudRequest& request)
{
    const auto target = request.header("x-amz-target");
    if (request.method != "POST" || request.path() != "/" || !target.starts_with(targetStart))
        return awsError("UnknownOperationException", {});
    if (const auto problem = awsSignatureProblem(request, login, clock_.now()))
        return awsError(problem->first, problem->second);
    if (faults.takeThrottle())
        return awsError("ThrottlingException", "Rate exceeded");
    const auto action = target.substr(targetStart.size());
    if (faults.denied.contains(std::string(action)))
        return awsError("AccessDeniedException", "User: arn:aws:iam::000000000000:user/drover is not authorized to perform: secretsmanager:" +
                                                     std::string(action) + " because no identity-based policy allows it");
    const auto fields = Json::parse(request.body);
    if (!fields || fields->asObject() == nullptr)
        return awsError("SerializationException", {});
    auto answer = act(action, *fields);
    const bool writes = action == "CreateSecret" || action == "PutSecretValue" || action == "UpdateSecretVersionStage";
    return writes && answer.status == 200 && faults.takeLostAnswer() ? awsError("InternalServiceError", "lost") : answer;
}

CloudAnswer AwsState::act(std::string_view action, const Fields& fields)
{
    if (action == "CreateSecret")
        return create(fields);
    if (action == "PutSecretValue")
        return put(fields);
    if (action == "GetSecretValue")
        return get(fields);
    if (action == "DescribeSecret")
        return describe(fields);
    if (action == "ListSecretVersionIds")
        return versions(fields);
    if (action == "ListSecrets")
        return list(fields);
    if (action == "UpdateSecretVersionStage")
        return moveStage(fields);
    if (action == "DeleteSecret")
        return remove(fields);
    if (action == "RestoreSecret")
        return restore(fields);
    return awsError("UnknownOperationException", {});
}

// By name or by ARN.
AwsState::Entry* AwsState::find(const Fields& fields)
{
    const auto id = textOf(fields["SecretId"]);
    if (const auto found = entries_.find(id); found != entries_.end())
        return &found->second;
    const auto found = std::ranges::find_if(entries_, [&](const auto& entry) { return entry.second.arn == id; });
    return found == entries_.end() ? nullptr : &found->second;
}

CloudAnswer AwsState::answerOf(const std::string& name, const Entry& entry, Json::Object more) const
{
    more.insert_or_assign("ARN", Json{entry.arn});
    more.insert_or_assign("Name", Json{name});
    return awsAnswer(more);
}

void AwsState::giveStage(Entry& entry, const std::string& id, const std::string& stage)
{
    for (auto& [other, version] : entry.versions) {
        if (!version.stages.contains(stage) || other == id)
            continue;
        version.stages.erase(stage);
        if (stage == "AWSCURRENT")
            giveStage(entry, other, "AWSPREVIOUS");
    }
    entry.versions.at(id).stages.insert(stage);
}

std::string AwsState::addVersion(Entry& entry, const Fields& fields, const std::string& id, const std::vector<std::string>& stages)
{
    if (id.size() < 32 || id.size() > 64)
        return "InvalidParameterException";
    const bool binary = fields["SecretBinary"].asString() != nullptr;
    const auto value = textOf(fields[binary ? "SecretBinary" : "SecretString"]);
    if (value.empty() || value.size() > 65536)
        return "InvalidParameterException";
    if (const auto there = entry.versions.find(id); there != entry.versions.end())
        return there->second.value == value && there->second.binary == binary ? "" : "ResourceExistsException";
    const bool first = entry.versions.empty();
    entry.versions[id] = {value, binary, {}, now()};
    entry.changed = now();
    for (const auto& stage : stages)
        giveStage(entry, id, stage);
    if (stages.empty() || first) // the first version is current, whatever was asked
        giveStage(entry, id, "AWSCURRENT");
    return {};
}

CloudAnswer AwsState::create(const Fields& fields)
{
    const auto name = textOf(fields["Name"]);
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("/_+=.@-").find(c) != std::string_view::npos;
    };
    if (name.empty() || name.size() > 512 || !std::ranges::all_of(name, fits))
        return awsError("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of: -/_+=.@!");
    const auto given = textOf(fields["ClientRequestToken"]);
    const auto id = given.empty() ? uuid7(clock_.now(), ids_) : given;
    const bool valued = fields["SecretString"].asString() != nullptr || fields["SecretBinary"].asString() != nullptr;
    if (const auto there = entries_.find(name); there != entries_.end()) {
        if (there->second.deleted != 0)
            return awsError("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.");
        if (valued && there->second.versions.contains(id) && addVersion(there->second, fields, id, {}).empty())
            return answerOf(name, there->second, {{"VersionId", Json{id}}});
        return awsError("ResourceExistsException", "The operation failed because the secret " + name + " already exists.");
    }
    Entry entry;
    entry.arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:" + name + "-" + shortId("", ids_).substr(0, 6);
    entry.description = textOf(fields["Description"]);
    entry.tags = fields["Tags"];
    entry.created = now();
    if (valued) {
        if (const auto type = addVersion(entry, fields, id, {}); !type.empty())
            return awsError(type, "the version was refused");
    }
    const auto& made = entries_[name] = std::move(entry);
    return answerOf(name, made, valued ? Json::Object{{"VersionId", Json{id}}} : Json::Object{});
}

CloudAnswer AwsState::put(const Fields& fields)
{
    auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    if (entry->deleted != 0)
        return marked();
    const auto given = textOf(fields["ClientRequestToken"]);
    const auto id = given.empty() ? uuid7(clock_.now(), ids_) : given;
    if (const auto type = addVersion(*entry, fields, id, textsOf(fields["VersionStages"])); !type.empty())
        return awsError(type, type == "ResourceExistsException" ? "You can't modify an existing version, you can only create a new version." : "refused");
    return answerOf(textOf(fields["SecretId"]), *entry,
                    {{"VersionId", Json{id}}, {"VersionStages", stagesJson(entry->versions.at(id).stages)}});
}

CloudAnswer AwsState::get(const Fields& fields)
{
    const auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    if (entry->deleted != 0)
        return marked();
    const auto id = textOf(fields["VersionId"]);
    const auto asked = textOf(fields["VersionStage"]);
    const auto stage = asked.empty() && id.empty() ? "AWSCURRENT" : asked;
    for (const auto& [version, content] : entry->versions) {
        if ((!id.empty() && version != id) || (!stage.empty() && !content.stages.contains(stage)))
            continue;
        return answerOf(textOf(fields["SecretId"]), *entry,
                        {{content.binary ? "SecretBinary" : "SecretString", Json{content.value}},
                         {"VersionId", Json{version}},
                         {"VersionStages", stagesJson(content.stages)},
                         {"CreatedDate", secondsJson(content.created)}});
    }
    return awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: " + stage);
}

CloudAnswer AwsState::describe(const Fields& fields)
{
    const auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    Json::Object stages;
    for (const auto& [id, version] : entry->versions)
        if (!version.stages.empty()) // what has no label is deprecated and not shown
            stages.insert_or_assign(id, stagesJson(version.stages));
    Json::Object more{{"VersionIdsToStages", std::move(stages)}, {"Description", Json{entry->description}},
                      {"CreatedDate", secondsJson(entry->created)}, {"LastChangedDate", secondsJson(entry->changed)}};
    if (entry->deleted != 0)
        more.insert_or_assign("DeletedDate", secondsJson(entry->deleted));
    return answerOf(textOf(fields["SecretId"]), *entry, std::move(more));
}

CloudAnswer AwsState::versions(const Fields& fields)
{
    const auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    const auto* deprecated = fields["IncludeDeprecated"].asBool();
    Json::Array list;
    for (const auto& [id, version] : entry->versions)
        if (!version.stages.empty() || (deprecated != nullptr && *deprecated))
            list.push_back(Json::Object{{"VersionId", Json{id}}, {"VersionStages", stagesJson(version.stages)}, {"CreatedDate", secondsJson(version.created)}});
    return answerOf(textOf(fields["SecretId"]), *entry, {{"Versions", std::move(list)}});
}

CloudAnswer AwsState::list(const Fields& fields)
{
    std::size_t most = std::size_t(fields["MaxResults"].asInteger().value_or(100));
    if (most == 0 || most > 100)
        return awsError("InvalidParameterException", "MaxResults");
    const auto after = textOf(fields["NextToken"]);
    std::vector<std::string> starts;
    if (const auto* filters = fields["Filters"].asArray())
        for (const auto& filter : *filters)
            if (textOf(filter["Key"]) == "name")
                starts = textsOf(filter["Values"]);
    const auto wanted = [&](const std::string& name) {
        return starts.empty() || std::ranges::any_of(starts, [&](const std::string& start) { return name.starts_with(start); });
    };
    Json::Array found;
    Json::Object more;
    std::string last;
    for (const auto& [name, entry] : entries_) {
        if (entry.deleted != 0 || name <= after || !wanted(name))
            continue;
        if (most-- == 0) {
            more.insert_or_assign("NextToken", Json{last});
            break;
        }
        found.push_back(Json::Object{{"ARN", Json{entry.arn}}, {"Name", Json{name}}, {"Description", Json{entry.description}},
                                     {"CreatedDate", secondsJson(entry.created)}});
        last = name;
    }
    more.insert_or_assign("SecretList", std::move(found));
    return awsAnswer(more);
}

CloudAnswer AwsState::moveStage(const Fields& fields)
{
    auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    if (entry->deleted != 0)
        return marked();
    const auto stage = textOf(fields["VersionStage"]);
    const auto to = textOf(fields["MoveToVersionId"]);
    const auto from = textOf(fields["RemoveFromVersionId"]);
    const auto holder = std::ranges::find_if(entry->versions, [&](const auto& version) { return version.second.stages.contains(stage); });
    const auto held = holder == entry->versions.end() ? std::string() : holder->first;
    if ((!to.empty() && !entry->versions.contains(to)) || (!from.empty() && !entry->versions.contains(from)))
        return awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret version.");
    if (from != held && held != to)
        return awsError("InvalidParameterException", "The parameter RemoveFromVersionId can't be empty or differ from the version that has the staging label " + stage);
    if (!from.empty() && from != held)
        return awsError("InvalidParameterException", "The staging label " + stage + " is not attached to version " + from);
    if (to.empty() && stage == "AWSCURRENT")
        return awsError("InvalidParameterException", "You can only move staging label AWSCURRENT to a different secret version.");
    if (to.empty())
        entry->versions.at(held).stages.erase(stage);
    else
        giveStage(*entry, to, stage);
    return answerOf(textOf(fields["SecretId"]), *entry, {});
}

CloudAnswer AwsState::remove(const Fields& fields)
{
    auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    const auto days = fields["RecoveryWindowInDays"].asInteger();
    const auto* force = fields["ForceDeleteWithoutRecovery"].asBool();
    const bool atOnce = force != nullptr && *force;
    if ((days && atOnce) || (days && (*days < 7 || *days > 30)))
        return awsError("InvalidParameterException", "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    if (entry->deleted != 0 && !atOnce)
        return marked();
    entry->deleted = now();
    auto answer = answerOf(textOf(fields["SecretId"]), *entry, {{"DeletionDate", secondsJson(now() + (atOnce ? 0 : double(days.value_or(30)) * day))}});
    if (atOnce)
        entries_.erase(textOf(fields["SecretId"]));
    return answer;
}

CloudAnswer AwsState::restore(const Fields& fields)
{
    auto* entry = find(fields);
    if (entry == nullptr)
        return absent();
    entry->deleted = 0;
    return answerOf(textOf(fields["SecretId"]), *entry, {});
}

} // namespace drover::sandbox
