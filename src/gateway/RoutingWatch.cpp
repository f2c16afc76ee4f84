// SPDX-License-Identifier: Apache-2.0
#include "gateway/RoutingWatch.h"

#include "base/Ids.h"
#include "protocol/routing/Document.h"

namespace drover::gateway {

RoutingWatch::RoutingWatch(const Clock& clock, Log& log, Settings settings)
    : clock_(clock), log_(log), settings_(std::move(settings)), routingFile_(settings_.folder / "routing.json"),
      keysFile_(settings_.folder / "keys.json"), source_(settings_.keySource != nullptr ? settings_.keySource : &keysFile_), keys_(std::make_shared<Keyring>()), lease_(clock)
{
}

Result<void> RoutingWatch::start(Targets targets)
{
    targets_ = std::move(targets);
    source_->changed();
    DROVER_CHECK(readKeys());
    DROVER_CHECK(serve(std::nullopt));
    routingFile_.changed();
    return readDocument(true);
}

bool RoutingWatch::look()
{
    bool changed = false;
    if (source_->changed()) {
        changed = true;
        if (const auto read = readKeys(); !read.has_value())
            log_.error("the sealed keys cannot be read; the last ones stay", {{"error", describe(read.error())}});
        else if (const auto built = rebuild(); !built.has_value())
            log_.error("the keys do not fit the routing; the last ones stay", {{"error", describe(built.error())}});
    }
    if (routingFile_.changed()) {
        changed = true;
        if (const auto read = readDocument(false); !read.has_value())
            log_.error("the routing document cannot be used; the last one stays", {{"error", describe(read.error())}});
    }
    return noteLease() || changed;
}

Result<void> RoutingWatch::readKeys()
{
    DROVER_TRY(const SealedKeys sealed, source_->read());
    keys_ = Keyring::open(sealed, settings_.keks, settings_.workspace);
    for (const auto& [id, error] : keys_->refused())
        log_.warn("a sealed key cannot be opened", {{"key_id", clipId(id)}, {"error", error.what}});
    return {};
}

// After the keys or the settings changed: the same generation with them, or the one that waited for a key.
Result<void> RoutingWatch::rebuild()
{
    if (waiting_) {
        RoutingDocument document = std::move(*waiting_);
        waiting_.reset();
        DROVER_CHECK(serve(std::move(document)));
        if (!waiting_)
            return {};
    }
    DROVER_TRY(serving_, Serving::make(serving_->document(), targets_, keys_, settings_.defaultTarget));
    return {};
}

Result<void> RoutingWatch::reconfigure(Targets targets, std::string defaultTarget)
{
    DROVER_TRY(auto made, Serving::make(serving_->document(), targets, keys_, defaultTarget));
    targets_ = std::move(targets);
    settings_.defaultTarget = std::move(defaultTarget);
    serving_ = std::move(made);
    if (!waiting_)
        return {};
    if (const auto built = rebuild(); !built.has_value())
        log_.error("the generation that waits does not fit this drover.toml either", {{"error", describe(built.error())}});
    return {};
}

Result<void> RoutingWatch::readDocument(bool first)
{
    DROVER_TRY(const auto text, routingFile_.read());
    if (!text)
        return {}; // none yet, or away: the last one stays
    auto parsed = parseRouting(*text);
    if (!parsed.has_value())
        return at(routingFile_.path().string(), std::move(parsed).error());
    if (!settings_.workspace.empty() && parsed->workspace != settings_.workspace)
        return Error{Errc::invalidInput, "it is of the workspace " + parsed->workspace, routingFile_.path().string() + ": workspace"};
    if (serving_->document() && parsed->generation == serving_->generation()) {
        lease_.renew(parsed->renewal);
        return {};
    }
    if (!mayFollow(*parsed))
        return {};
    auto served = serve(std::move(*parsed));
    // Later a document that does not fit is not obeyed; at the start nobody would notice.
    if (!served.has_value() && first)
        return at(routingFile_.path().string(), std::move(served).error());
    return served;
}

bool RoutingWatch::mayFollow(const RoutingDocument& next)
{
    const auto& current = serving_->document();
    if (!current)
        return true;
    if (next.generation < current->generation) {
        log_.warn("a lower generation is ignored", {{"generation", std::int64_t(next.generation)},
                                                    {"served", std::int64_t(current->generation)}});
        return false;
    }
    if (comesAfterItsEnd(next, *current)) {
        log_.warn("a document of a migration that has ended is ignored",
                  {{"generation", std::int64_t(next.generation)}, {"phase", phaseName(next.phase)}});
        return false;
    }
    if (current->legacyRetired && next.phase == Phase::rolledBack) {
        ++rollbacksRefused_;
        log_.error("a rollback is refused: legacy is retired", {{"generation", std::int64_t(next.generation)}});
        return false;
    }
    return true;
}

Result<void> RoutingWatch::serve(std::optional<RoutingDocument> document)
{
    auto made = Serving::make(document, targets_, keys_, settings_.defaultTarget);
    if (!made.has_value() && made.error().code == Errc::notFound) {
        refusedKey_ = made.error().where;
        log_.error("a key of the new generation cannot be opened; the last generation stays",
                   {{"generation", std::int64_t(document ? document->generation : 0)},
                    {"key_id", clipId(refusedKey_)},
                    {"error", made.error().what}});
        waiting_ = std::move(document);
        return {};
    }
    if (!made.has_value() && document)
        waiting_ = document; // another drover.toml may fit it
    const bool isFirst = !serving_ || !serving_->document();
    DROVER_TRY(serving_, std::move(made));
    refusedKey_.clear();
    waiting_.reset();
    if (!document)
        return {};
    if (isFirst)
        lease_.beginAtStart(*document);
    else
        lease_.begin(*document);
    leaseWasExpired_ = false;
    log_.info("serving a new generation", {{"generation", std::int64_t(document->generation)},
                                           {"phase", phaseName(document->phase)},
                                           {"step", std::int64_t(document->step)},
                                           {"writer", document->writer}});
    return {};
}

bool RoutingWatch::noteLease()
{
    const bool expired = lease_.expired();
    if (expired == leaseWasExpired_)
        return false;
    leaseWasExpired_ = expired;
    if (!expired)
        return true;
    if (serving_->legacyRetired()) {
        ++rollbacksRefused_;
        log_.error("the lease ran out, but legacy is retired: the share stays", {});
    } else if (lease_.unproven()) {
        log_.warn("the document is older than its lease: new requests go to legacy until it is renewed",
                  {{"generation", std::int64_t(serving_->generation())}});
    } else {
        log_.error("the lease ran out: new requests go to legacy until a new generation",
                   {{"generation", std::int64_t(serving_->generation())}});
    }
    return true;
}

bool RoutingWatch::legacyRetired() const
{
    return serving_->legacyRetired() || (!serving_->document() && waiting_ && waiting_->legacyRetired);
}

bool RoutingWatch::leaseExpired()
{
    return lease_.expired() && !serving_->legacyRetired();
}

} // namespace drover::gateway
