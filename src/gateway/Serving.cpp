// SPDX-License-Identifier: Apache-2.0
#include "gateway/Serving.h"

#include <algorithm>

namespace drover::gateway {

Result<Serving::Row> Serving::makeRow(const std::string& name, const TargetShare& share, const Targets& targets,
                                      const Keyring& keys)
{
    Row row;
    const std::string field = "targets." + name;
    const auto found = targets.find(name);
    if (found == targets.end()) {
        if (share.share > 0)
            return Error{Errc::invalidInput, "a target with a share that drover.toml does not set up", field};
        return row;
    }
    row.target = found->second;
    for (const auto& [id, weight] : share.keys) {
        auto key = keys.find(id);
        if (!key) {
            const auto refused = keys.refused().find(id);
            return Error{Errc::notFound,
                         refused == keys.refused().end() ? "there is no sealed key of this name" : refused->second.what, id};
        }
        row.keys.push_back({std::move(key), weight});
    }
    for (const Weighed& one : row.keys) {
        row.openai.push_back({one.key->salt, one.key->fits(row.target->openai.host) ? one.weight : 0});
        row.anthropic.push_back({one.key->salt, one.key->fits(row.target->anthropic.host) ? one.weight : 0});
    }
    // Each dialect calls its own host: one without a key would refuse every client of that dialect.
    for (const bool anthropic : {false, true}) {
        if (share.share > 0 && drover::choose(0, anthropic ? row.anthropic : row.openai) == row.keys.size())
            return Error{Errc::notFound, "no key of " + field + " is sealed for its host " + row.target->place(anthropic).host,
                         row.keys.empty() ? field : row.keys.front().key->id};
    }
    return row;
}

// Targets that the document does not weigh, or does not name: any key sealed for their host will do.
void Serving::addIdleRows(const Targets& targets)
{
    for (const auto& [name, target] : targets) {
        if (find(name))
            continue;
        Row row;
        row.target = target;
        rows_.push_back(std::move(row));
        shares_.push_back({target->salt, 0});
    }
    for (Row& row : rows_) {
        const std::size_t named = row.keys.size();
        const bool openai = drover::choose(0, row.openai) < named;
        const bool anthropic = drover::choose(0, row.anthropic) < named;
        for (const auto& [id, key] : keys_->keys()) {
            const double toOpenai = !openai && key->fits(row.target->openai.host) ? 1 : 0;
            const double toAnthropic = !anthropic && key->fits(row.target->anthropic.host) ? 1 : 0;
            if (toOpenai + toAnthropic == 0)
                continue;
            row.keys.push_back({key, 1});
            row.openai.push_back({key->salt, toOpenai});
            row.anthropic.push_back({key->salt, toAnthropic});
        }
    }
}

Result<std::shared_ptr<const Serving>> Serving::make(std::optional<RoutingDocument> document, const Targets& targets,
                                                     std::shared_ptr<const Keyring> keys,
                                                     const std::string& defaultTarget)
{
    auto serving = std::make_shared<Serving>();
    serving->keys_ = std::move(keys);
    if (document) {
        for (const auto& [name, share] : document->targets) {
            DROVER_TRY(Row row, makeRow(name, share, targets, *serving->keys_));
            if (!row.target)
                continue;
            serving->shares_.push_back({row.target->salt, share.share});
            serving->rows_.push_back(std::move(row));
        }
    }
    serving->addIdleRows(targets);
    const auto found = targets.find(defaultTarget);
    if (found != targets.end())
        serving->default_ = found->second;
    else if (!document)
        return Error{Errc::invalidInput, "the default target \"" + defaultTarget + "\" is not set up in drover.toml",
                     "gateway.default"};
    serving->document_ = std::move(document);
    // After the retirement nothing may go to legacy, whatever the setting says.
    if (serving->legacyRetired() && defaultTarget == "legacy") {
        for (const Row& row : serving->rows_) {
            if (row.target->name != "legacy" && serving->document_->targets[row.target->name].share > 0)
                serving->default_ = row.target;
        }
    }
    return serving;
}

std::shared_ptr<const Target> Serving::chooseTarget(std::uint64_t sticky) const
{
    const std::size_t winner = drover::choose(sticky, shares_);
    return winner < rows_.size() ? rows_[winner].target : default_;
}

const Serving::Row* Serving::rowOf(const Target& target) const
{
    const auto found = std::ranges::find_if(rows_, [&](const Row& row) { return row.target.get() == &target; });
    return found == rows_.end() ? nullptr : &*found;
}

std::shared_ptr<const OpenKey> Serving::chooseKey(const Target& target, bool anthropic, std::uint64_t sticky) const
{
    const Row* const row = rowOf(target);
    const std::size_t winner = row == nullptr ? 0 : drover::choose(sticky, anthropic ? row->anthropic : row->openai);
    return row != nullptr && winner < row->keys.size() ? row->keys[winner].key : nullptr;
}

Chosen Serving::choose(std::shared_ptr<const Target> target, bool anthropic, std::uint64_t sticky) const
{
    if (!target)
        return {};
    auto key = chooseKey(*target, anthropic, sticky);
    return {std::move(target), std::move(key)};
}

Chosen Serving::choose(std::shared_ptr<const Target> target, bool anthropic, std::uint64_t sticky,
                       const std::function<bool(const OpenKey&)>& fits) const
{
    const Row* const row = target ? rowOf(*target) : nullptr;
    if (row == nullptr)
        return {};
    std::vector<Candidate> candidates = anthropic ? row->anthropic : row->openai;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].weight > 0 && !fits(*row->keys[i].key))
            candidates[i].weight = 0;
    }
    const std::size_t winner = drover::choose(sticky, candidates);
    if (winner >= row->keys.size())
        return {};
    return {std::move(target), row->keys[winner].key};
}

std::shared_ptr<const Target> Serving::find(std::string_view name) const
{
    for (const Row& row : rows_) {
        if (row.target->name == name)
            return row.target;
    }
    return nullptr;
}

} // namespace drover::gateway
