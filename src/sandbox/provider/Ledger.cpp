// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Ledger.h"

#include "base/Log.h"

#include <algorithm>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::size_t mostEntries = 500'000;

void appendEntry(std::string& out, const LedgerEntry& entry)
{
    out += R"({"n":)" + std::to_string(entry.number) + R"(,"ns":)" + std::to_string(entry.ns) + R"(,"target":")";
    out += sideName(entry.side);
    out += R"(","region":")";
    out += regionName(entry.region);
    out += R"(","key_id":)";
    if (entry.keyId.empty())
        out += "null";
    else
        appendJsonString(out, entry.keyId);
    out += R"(,"path":)";
    appendJsonString(out, entry.path);
    out += R"(,"status":)" + std::to_string(entry.status) + R"(,"stream":)" + (entry.stream ? "true" : "false") + R"(,"user":)";
    if (entry.user.empty())
        out += "null";
    else
        appendJsonString(out, entry.user);
    out += "}\n";
}

} // namespace

void Ledger::add(LedgerEntry entry, bool counted)
{
    auto& count = counts_[std::size_t(entry.side)];
    if (counted) {
        ++count.requests;
        ++count.byKey[entry.keyId];
    } else if (entry.keyId.empty()) {
        ++count.refused;
    }
    entry.number = ++last_;
    if (entries_.size() >= mostEntries)
        entries_.pop_front();
    entries_.push_back(std::move(entry));
}

std::string Ledger::linesSince(std::int64_t ns) const
{
    std::string out;
    const auto from = std::ranges::lower_bound(entries_, ns, {}, &LedgerEntry::ns);
    for (auto entry = from; entry != entries_.end(); ++entry)
        appendEntry(out, *entry);
    return out;
}

} // namespace drover::sandbox
