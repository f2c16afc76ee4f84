// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "RotationConversation.h"
#include "support/TestMain.h"

#include <array>
#include <cmath>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <tuple>
#include <unordered_set>

using namespace drover;
using namespace drover::test;

namespace {

// How many events and deaths deep the walk may go, from the intent on. The happy conversation has 13, and well before this
// depth there is no state left that was not met.
constexpr int depth = 60;

// What may come of the pending action, and what may happen beside it.
enum class Move {
    works,
    refused,     // a no, and nothing happened
    unanswered,  // nothing happened, and nobody knows
    replyLost,   // it happened, and nobody knows
    dies,        // the process, before the effect
    diesAfter,   // after it, before its entry in the journal
    badTraffic,  // of ObserveKey: the key fails
    noTraffic,   // of ObserveKey: nothing to judge
    sentLate,    // of MintKey: no answer, and the request is still on its way …
    arrives,     // … and is carried out now
    noApi,       // of MintKey and RevokeKey: nothing was done, and a person is needed
};
constexpr std::array moves{Move::works, Move::refused, Move::unanswered, Move::replyLost, Move::dies,
                           Move::diesAfter, Move::badTraffic, Move::noTraffic, Move::sentLate, Move::arrives, Move::noApi};

struct Node {
    Rotation rotation;
    std::optional<std::string> late; // the name of a mint on its way
    std::string path;                // for the message
};

// Without the time in them, which differs with the length of the path alone.
std::string timeless(std::string name)
{
    const std::string prefix = "auto-rotate-";
    return name.starts_with(prefix) ? name.substr(prefix.size() + 15) + "#" : name;
}

template <class Range>
void list(std::ostream& out, const char* name, const Range& all)
{
    out << '|' << name;
    for (const std::string& one : all)
        out << ' ' << timeless(one);
}

template <class Keep>
std::vector<std::string> only(const std::vector<std::string>& all, const Keep& keep)
{
    std::vector<std::string> kept;
    std::ranges::copy_if(all, std::back_inserter(kept), keep);
    return kept;
}

struct WriteAction {
    std::ostream& out;
    void operator()(const MintKey& one) const { out << "mint " << timeless(one.name); }
    void operator()(const ReconcileMint& one) const { list(out, "reconcile", one.names); }
    void operator()(const SetWeights& one) const
    {
        out << "weigh";
        for (const auto& [id, weight] : one.weights)
            out << ' ' << id << '=' << weight;
    }
    void operator()(const PromoteKey& one) const { out << "promote " << one.keyId << ' ' << one.previous; }
    void operator()(const AwaitQuiet& one) const { out << "quiet " << one.keyId; }
    void operator()(const AwaitKey& one) const { out << "await " << timeless(one.name); }
    void operator()(const EndRotation& one) const { out << "end " << one.done; }
    template <class KeyAction>
    void operator()(const KeyAction& one) const
    {
        out << one.keyId;
    }
};

// Where a plan stands, as far as what it does next can depend on it.
std::string standing(const RotationPlan& plan)
{
    std::ostringstream out;
    out << rotationStateName(plan.state()) << '|' << plan.pending().index() << ' ';
    std::visit(WriteAction{out}, plan.pending());
    out << '|' << plan.newKey() << '|' << timeless(plan.name()) << '|' << plan.currentKey() << '|' << plan.newWeight() << '|' << plan.rampStep();
    list(out, "unresolved", plan.unresolved());
    list(out, "orphans", plan.orphans());
    list(out, "left", plan.left());
    out << '|' << plan.pasted();
    return out.str();
}

// The same, without a text of it: the walk asks this most of all.
bool standAlike(const RotationPlan& one, const RotationPlan& other)
{
    const auto all = [](const RotationPlan& plan) {
        return std::tie(plan.newKey(), plan.name(), plan.unresolved(), plan.orphans(), plan.left(), plan.pending());
    };
    return one.state() == other.state() && one.currentKey() == other.currentKey() && one.newWeight() == other.newWeight() &&
           one.rampStep() == other.rampStep() && one.pasted() == other.pasted() && all(one) == all(other);
}

// What differs in numbers alone gets the same numbers: "k_new7 auto-3#" becomes "k_new1 auto-1#".
std::string renumbered(const std::string& text)
{
    std::string out;
    std::map<std::string, std::size_t> numbers;
    for (std::size_t at = 0; at < text.size();) {
        const bool key = text.compare(at, 5, "k_new") == 0;
        const std::size_t begin = key ? at + 5 : at;
        const std::size_t end = text.find_first_not_of("-0123456789", begin);
        const bool name = !key && end != std::string::npos && end > begin && text[end] == '#';
        if (!key && !name) {
            out += text[at++];
            continue;
        }
        const std::string token = (key ? "k" : "n") + text.substr(begin, end - begin);
        out += (key ? "k_new" : "-") + std::to_string(numbers.emplace(token, numbers.size()).first->second);
        at = end;
    }
    return out;
}

// Where everything stands: two nodes of one key go on alike. Names and keys that can never live again are left out.
std::string keyOf(const Node& node)
{
    const Rotation& rotation = node.rotation;
    const RotationPlan& plan = rotation.plan;
    const auto lives = [&](const std::string& id) { return rotation.world.live.contains(id); };
    const auto matters = [&](const std::string& name) {
        return name == node.late || name == plan.name() ||
               std::ranges::any_of(rotation.world.names, [&](const auto& one) { return one.second == name && lives(one.first); });
    };
    std::ostringstream out;
    out << rotationStateName(plan.state()) << '|' << plan.pending().index() << ' ';
    if (const auto* reconcile = std::get_if<ReconcileMint>(&plan.pending()))
        list(out, "reconcile", only(reconcile->names, matters));
    else
        std::visit(WriteAction{out}, plan.pending());
    out << '|' << plan.newKey() << '|' << timeless(plan.name()) << '|' << plan.currentKey() << '|' << plan.newWeight() << '|' << plan.rampStep();
    list(out, "unresolved", only(plan.unresolved(), matters));
    list(out, "orphans", only(plan.orphans(), lives));
    list(out, "left", only(plan.left(), lives));
    out << '|' << plan.pasted();
    // The plan counts the mints that nobody answered.
    out << '|' << std::ranges::count_if(rotation.journal, [](const RotationEvent& event) {
        const auto* failed = std::get_if<StepFailed>(&event);
        return failed != nullptr && failed->why == "mint";
    });
    list(out, "live", rotation.world.live);
    list(out, "stored", rotation.world.stored);
    list(out, "proven", rotation.world.proven);
    out << '|' << rotation.world.current << '|' << rotation.world.secretInMemory << '|' << node.late.has_value();
    for (const auto& [id, weight] : rotation.world.weights)
        out << ' ' << id << '=' << weight;
    for (const auto& [id, name] : rotation.world.names)
        if (lives(id))
            out << ' ' << id << ':' << timeless(name);
    return renumbered(out.str());
}

// ---- the invariants, seen from outside

struct Bounds {
    std::set<std::string> before; // the keys there were
    bool hadCurrent = true;
    std::size_t minKeys = 1;
};

bool isKnown(const Rotation& rotation, const Bounds& bounds, const std::string& id)
{
    const RotationPlan& plan = rotation.plan;
    const auto name = rotation.world.names.find(id);
    return bounds.before.contains(id) || id == plan.newKey() || std::ranges::find(plan.orphans(), id) != plan.orphans().end() ||
           (name != rotation.world.names.end() && std::ranges::find(plan.unresolved(), name->second) != plan.unresolved().end());
}

// Whatever an end left behind, the next rotation clears where nothing stands in its way: then the new key lives, and spares.
std::string leftForGoodBy(const Rotation& ended)
{
    const RotationStarted& first = ended.plan.start();
    Rotation next{first.policy.minKeys, ended.world, ended.plan.unresolved(), first.idle, ended.plan.left(), "next"};
    const RotationStarted& start = next.plan.start();
    next.run(120);
    if (next.outcome() != "done")
        return "the next rotation fails: " + next.plan.why();
    for (const std::string& id : next.world.live) {
        const bool spare = id == "k_two" || (first.liveKeys < first.policy.minKeys && id == first.currentKey) ||
                           (start.liveKeys < start.policy.minKeys && id == start.currentKey) ||
                           (start.liveKeys + 1 < start.policy.minKeys && std::ranges::find(next.plan.left(), id) != next.plan.left().end());
        if (id != next.plan.newKey() && !spare)
            return id + " outlives the next rotation too";
    }
    return {};
}

// Nothing where all hold.
std::string brokenIn(const Rotation& rotation, const Bounds& bounds)
{
    const Outside& world = rotation.world;
    if (bounds.hadCurrent && world.current.empty())
        return "there is no current key";
    if (!world.current.empty() && !(world.live.contains(world.current) && world.stored.contains(world.current) &&
                                    world.proven.contains(world.current)))
        return "the current key " + world.current + " is not alive, stored and proven";
    double sum = 0;
    for (const auto& [id, weight] : world.weights) {
        sum += weight;
        if (!world.live.contains(id) || !world.proven.contains(id))
            return id + " has a weight and is not alive and proven";
    }
    if (!world.weights.empty() && std::abs(sum - 1) > 1e-9)
        return "the weights do not add up to 1";
    const auto working = std::ranges::count_if(world.live, [&](const std::string& id) { return world.proven.contains(id); });
    if (std::size_t(working) < std::min(bounds.minKeys, bounds.before.size()))
        return "fewer keys live than must";
    if (const auto* revoke = std::get_if<RevokeKey>(&rotation.action); revoke != nullptr && revoke->keyId == world.current)
        return "the current key is to be revoked";
    if (rotation.over())
        for (const std::string& id : world.live)
            if (!isKnown(rotation, bounds, id))
                return id + " lives and nobody knows it";
    RotationPlan replayed;
    for (const RotationEvent& event : rotation.journal)
        replayed.resume(event);
    if (!standAlike(replayed, rotation.plan))
        return "the journal tells another plan: " + standing(replayed) + " instead of " + standing(rotation.plan);
    return rotation.over() ? leftForGoodBy(rotation) : std::string{};
}

// ---- the moves

void fail(Rotation& rotation, Errc code)
{
    const bool mint = std::holds_alternative<MintKey>(rotation.action);
    rotation.fail(code, mint && code == Errc::timeout ? "mint" : "no");
}

bool fits(const Node& node, Move move)
{
    const RotationAction& action = node.rotation.action;
    const bool revokes = std::holds_alternative<RevokeKey>(action);
    const bool mints = std::holds_alternative<MintKey>(action);
    switch (move) {
    case Move::badTraffic:
    case Move::noTraffic: return std::holds_alternative<ObserveKey>(action);
    case Move::noApi: return revokes || mints;
    case Move::sentLate: return mints && !node.late;
    // What arrives after the last look of the sweep is the next rotation's to find by nothing: no plan can know of it.
    case Move::arrives:
        return node.late && !(node.rotation.plan.state() == RotationState::sweep && (revokes || std::holds_alternative<AwaitEnd>(action)));
    default: return true;
    }
}

void make(Node& node, Move move)
{
    Rotation& rotation = node.rotation;
    rotation.clock.advance(2s);
    switch (move) {
    case Move::works: return rotation.step();
    case Move::refused: return fail(rotation, Errc::forbidden);
    case Move::unanswered: return fail(rotation, Errc::timeout);
    case Move::replyLost: (void)rotation.effect(); return fail(rotation, Errc::timeout);
    case Move::dies: return rotation.crash();
    case Move::diesAfter: (void)rotation.effect(); return rotation.crash();
    case Move::badTraffic: return rotation.feed(KeyLooked{rotation.plan.newKey(), keyTraffic(600, 500), rotation.clock.now()});
    case Move::noTraffic: return rotation.feed(KeyLooked{rotation.plan.newKey(), keyTraffic(0, 0), rotation.clock.now()});
    case Move::noApi: return rotation.feed(PersonNeeded{rotation.clock.now()});
    case Move::sentLate:
        node.late = std::get<MintKey>(rotation.action).name;
        return fail(rotation, Errc::timeout);
    case Move::arrives: break;
    }
    const std::string id = "k_new" + std::to_string(++rotation.world.minted);
    rotation.world.live.insert(id);
    rotation.world.names[id] = *node.late;
    node.late.reset();
}

// Answers to actions that are not pending: late, twice, or about another key. None may move the plan.
std::vector<RotationEvent> strays(const Rotation& rotation)
{
    const WallTime now = rotation.clock.now();
    const std::string key = rotation.plan.newKey().empty() ? "k_new1" : rotation.plan.newKey();
    const RotationAction& action = rotation.action;
    std::vector<RotationEvent> all;
    const auto add = [&]<class Answered>(std::optional<Answered>, RotationEvent event) {
        if (!std::holds_alternative<Answered>(action))
            all.push_back(std::move(event));
    };
    if (!std::holds_alternative<ReconcileMint>(action))
        add(std::optional<MintKey>{}, MintReconciled{{"k_stray"}, now});
    if (!std::holds_alternative<AwaitKey>(action))
        add(std::optional<MintKey>{}, KeyMinted{"k_stray", "auto-rotate-20250101-000000", now});
    for (const std::string& id : {key, std::string("k_old"), std::string("k_stray")}) {
        add(std::optional<StoreKey>{}, KeyStored{id, 1, now});
        add(std::optional<StoreKey>{}, KeyLost{id, now});
        add(std::optional<ProveKey>{}, KeyProven{id, {"main"}, now});
        add(std::optional<PublishKey>{}, KeyPublished{id, now});
        add(std::optional<ObserveKey>{}, KeyLooked{id, keyTraffic(600, 0), now});
        add(std::optional<PromoteKey>{}, KeyPromoted{id, now});
        add(std::optional<ReconcilePromotion>{}, PromotionReconciled{id, now});
        add(std::optional<AwaitQuiet>{}, KeyQuiet{id, now});
        if (!std::holds_alternative<AwaitEnd>(action))
            add(std::optional<RevokeKey>{}, KeyRevoked{id, now});
    }
    if (!std::holds_alternative<RevokeKey>(action))
        add(std::optional<MintKey>{}, PersonNeeded{now});
    add(std::optional<SetWeights>{}, WeightsServed{99, now});
    RotationStarted again = rotation.plan.start();
    again.id = "r_2";
    all.push_back(again);
    return all;
}

std::string movedByAStray(const Rotation& rotation)
{
    const auto events = strays(rotation);
    RotationPlan plan = rotation.plan; // one for all: none of them moves it
    for (std::size_t i = 0; i < events.size(); ++i) {
        plan.resume(events[i]);
        if (plan.revision() != rotation.plan.revision() || !standAlike(plan, rotation.plan))
            return "an event that nobody waits for moved the plan (kind " + std::to_string(events[i].index()) + "): " +
                   standing(rotation.plan) + " -> " + standing(plan);
    }
    return {};
}

bool comesToAnEnd(Rotation rotation)
{
    rotation.run(60);
    return rotation.over();
}

// Every state that can be reached, nearest first; the first that breaks something, with the way there.
struct Walk {
    std::size_t states = 0;
    std::size_t ends = 0;
    std::string broken;
    int furthest = 0;       // steps to the last state that was met
    bool exhausted = false; // no state is further away
};

Walk walk(const Rotation& begin, const Bounds& bounds)
{
    Walk walk;
    std::unordered_set<std::string> seen;
    std::deque<Node> level{Node{begin, {}, {}}};
    for (int step = 0; step <= depth && !level.empty(); ++step) {
        walk.furthest = step;
        std::deque<Node> next;
        for (const Node& node : level) {
            ++walk.states;
            walk.broken = brokenIn(node.rotation, bounds);
            if (walk.broken.empty())
                walk.broken = movedByAStray(node.rotation);
            if (walk.broken.empty() && !comesToAnEnd(node.rotation))
                walk.broken = "it never ends";
            if (!walk.broken.empty()) {
                walk.broken += "; on the way " + node.path;
                return walk;
            }
            walk.ends += node.rotation.over() ? 1 : 0;
            if (node.rotation.over())
                continue;
            for (std::size_t i = 0; i < moves.size(); ++i) {
                if (!fits(node, moves[i]))
                    continue;
                Node after = node;
                make(after, moves[i]);
                after.path += ' ' + std::to_string(i);
                if (seen.insert(keyOf(after)).second)
                    next.push_back(std::move(after));
            }
        }
        level = std::move(next);
    }
    walk.exhausted = level.empty();
    return walk;
}

Outside worldOf(std::set<std::string> keys)
{
    Outside world = Outside::empty();
    for (const std::string& id : keys)
        world.weights[id] = 1.0 / double(keys.size());
    world.live = world.stored = world.proven = keys;
    world.current = keys.contains("k_old") ? "k_old" : "";
    return world;
}

} // namespace

// Walks every state of a rotation that any order of answers, refusals, lost replies, deaths and late mints can reach in
// `depth` steps, and looks for one that breaks an invariant.
class TestRotationModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noOrderOfEventsBreaksAnInvariant_data()
    {
        QTest::addColumn<int>("keys");
        QTest::addColumn<int>("minKeys");
        QTest::addColumn<bool>("idle");
        QTest::addColumn<double>("left"); // the share of one that an earlier rotation left; below 0: there is none
        QTest::newRow("one key") << 1 << 1 << false << -1.0;
        QTest::newRow("an empty inventory") << 0 << 1 << false << -1.0;
        QTest::newRow("two keys, two must live") << 2 << 2 << false << -1.0;
        QTest::newRow("one key, two must live") << 1 << 2 << false << -1.0;
        QTest::newRow("one key, without requests") << 1 << 1 << true << -1.0;
        QTest::newRow("an empty inventory, without requests") << 0 << 1 << true << -1.0;
        QTest::newRow("two keys, two must live, without requests") << 2 << 2 << true << -1.0;
        QTest::newRow("one key and one left") << 1 << 1 << false << 0.0;
        QTest::newRow("one key and one left, with a share") << 1 << 1 << false << 0.3;
        QTest::newRow("one key and one left, two must live") << 1 << 2 << false << 0.0;
        QTest::newRow("one key and one left, without requests") << 1 << 1 << true << 0.0;
    }
    void noOrderOfEventsBreaksAnInvariant()
    {
        QFETCH(int, keys);
        QFETCH(int, minKeys);
        QFETCH(bool, idle);
        const std::array<std::string, 2> names{"k_old", "k_two"};
        QFETCH(double, left);
        std::set<std::string> before(names.begin(), names.begin() + keys);
        Outside world = worldOf(before);
        if (left >= 0) {
            before.insert("k_left");
            world.live = world.stored = world.proven = before;
            if (left > 0)
                world.weights = {{"k_old", 1 - left}, {"k_left", left}};
        }
        const Rotation begin{std::uint32_t(minKeys), world, {}, idle, left >= 0 ? std::vector<std::string>{"k_left"} : std::vector<std::string>{}};
        const Walk walked = walk(begin, {before, keys > 0, std::size_t(minKeys)});
        QVERIFY2(walked.broken.empty(), walked.broken.c_str());
        qInfo("%d states, %d of them ends, the furthest %d steps away", int(walked.states), int(walked.ends), walked.furthest);
        QVERIFY2(walked.exhausted, "the walk met every state there is");
        QVERIFY(walked.states > 2000);
        QVERIFY(walked.ends > 500);
    }

    // The walk itself must be able to fail.
    void theWalkFindsWhatIsBroken()
    {
        Rotation begin;
        const Bounds bounds{{"k_old"}, true, 1};
        QVERIFY(brokenIn(begin, bounds).empty());
        begin.world.proven.erase("k_old");
        QVERIFY(brokenIn(begin, bounds).find("not alive, stored and proven") != std::string::npos);
        Rotation few{2, worldOf({"k_old", "k_two"})};
        few.world.live.erase("k_two");
        few.world.weights = {{"k_old", 1.0}};
        QVERIFY(brokenIn(few, {{"k_old", "k_two"}, true, 2}).find("fewer keys") != std::string::npos);
        Rotation forgotten;
        forgotten.run();
        forgotten.world.live.insert("k_stray");
        QVERIFY(brokenIn(forgotten, bounds).find("nobody knows it") != std::string::npos);
        Rotation left;
        left.run();
        left.world.live.insert("k_old"); // the plan takes it for ended
        QVERIFY(brokenIn(left, bounds).find("outlives the next rotation") != std::string::npos);
    }
};

DROVER_TEST(TestRotationModel)
#include "TestRotationModel.moc"
