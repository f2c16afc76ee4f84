// SPDX-License-Identifier: Apache-2.0
#include "gui/Sentences.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "gui/Words.h"

#include <vector>

namespace drover::gui {
namespace {

struct Form {
    const char* english; // the whole sentence; what stands in brackets is taken over
    const char* said;
};

// The first that fits is taken.
constexpr Form forms[] = {
    {R"(Paused by (.+?): (.+))", QT_TRANSLATE_NOOP("Sentences", "Paused by %1: %2")},
    {R"(Paused by (.+))", QT_TRANSLATE_NOOP("Sentences", "Paused by %1")},
    {R"(Rolled back by (.+?): (.+))", QT_TRANSLATE_NOOP("Sentences", "Rolled back by %1: %2")},
    {R"(Rolled back by (.+))", QT_TRANSLATE_NOOP("Sentences", "Rolled back by %1")},
    {R"(The routing document could not be written: (.+))", QT_TRANSLATE_NOOP("Sentences", "The routing document could not be written: %1")},
    {R"(Someone else changed the routing: the routing document is gone)", QT_TRANSLATE_NOOP("Sentences", "Someone else changed the routing: the routing document is gone")},
    {R"(Someone else changed the routing: (.+))", QT_TRANSLATE_NOOP("Sentences", "Someone else changed the routing: %1")},
    {R"(The lease ran out: gateways send new requests to .+ until the migration is resumed)", QT_TRANSLATE_NOOP("Sentences", "The lease ran out: gateways send new requests to Legacy until the migration is resumed")},
    {R"(([\d,]+) errors? in ([\d,]+) requests?: at least ([\d.]+ %) with 99\.9 % confidence, abort above ([\d.]+ %))", QT_TRANSLATE_NOOP("Sentences", "%1 errors in %2 requests: at least %3 with 99.9 % confidence, abort above %4")},
    {R"(no key was given)", QT_TRANSLATE_NOOP("Sentences", "No key was given")},
    {R"(a key is one word: this has white space in it)", QT_TRANSLATE_NOOP("Sentences", "A key is one word: this has white space in it")},
    {R"(this is the id, not the key: the id and the secret look swapped)", QT_TRANSLATE_NOOP("Sentences", "This is the id, not the key: the id and the secret look swapped")},
    {R"(this looks like a key's id, not like the key itself: .+)", QT_TRANSLATE_NOOP("Sentences", "This looks like a key's id, not like the key itself: the secret is shown once, when a key is made")},
    {R"(this is a Drover client token, not a provider's key)", QT_TRANSLATE_NOOP("Sentences", "This is a Drover client token, not a provider's key")},
    {R"(this is an address, not a key)", QT_TRANSLATE_NOOP("Sentences", "This is an address, not a key")},
    {R"(this is too short to be a key)", QT_TRANSLATE_NOOP("Sentences", "This is too short to be a key")},
    {R"(a key has only letters, digits and punctuation)", QT_TRANSLATE_NOOP("Sentences", "A key has only letters, digits and punctuation")},
    {R"(the key begins with none of the known prefixes \((.+)\); .+)", QT_TRANSLATE_NOOP("Sentences", "The key begins with none of the known prefixes (%1); it is taken as it is: verify it")},
    {R"(keys that begin with (\S+) belong to (\S+) as a rule, not to (\S+))", QT_TRANSLATE_NOOP("Sentences", "Keys that begin with %1 belong to %2 as a rule, not to %3")},
    {R"(the key is refused \((\d+)\))", QT_TRANSLATE_NOOP("Sentences", "The key is refused (%1)")},
    {R"(the account has no credit \((\d+)\))", QT_TRANSLATE_NOOP("Sentences", "The account has no credit (%1)")},
    {R"(the rate limit is reached \(429\))", QT_TRANSLATE_NOOP("Sentences", "The rate limit is reached (429)")},
    {R"(it answered (\d+))", QT_TRANSLATE_NOOP("Sentences", "It answered %1")},
    {R"(nobody knows this setting; it is kept and ignored)", QT_TRANSLATE_NOOP("Sentences", "Nobody knows this setting; it is kept and ignored")},
    {R"(the target has no address)", QT_TRANSLATE_NOOP("Sentences", "The provider has no address")},
    {R"(no proven key yet: .+)", QT_TRANSLATE_NOOP("Sentences", "No verified key yet: add one and verify it on the Keys page")},
    {R"(no client token yet: .+)", QT_TRANSLATE_NOOP("Sentences", "No client token yet: make one on the Gateways page")},
    {R"(no gateway is running: .+)", QT_TRANSLATE_NOOP("Sentences", "No gateway is running: start one on the Gateways page")},
    {R"(making and proving a key of (.+))", QT_TRANSLATE_NOOP("Sentences", "Making and verifying a key of %1")},
    {R"(starting the sandbox, scenario (.+))", QT_TRANSLATE_NOOP("Sentences", "Starting the sandbox, scenario %1")},
    {R"(starting a gateway)", QT_TRANSLATE_NOOP("Sentences", "Starting a gateway")},
    {R"(the gateway listens at (.+))", QT_TRANSLATE_NOOP("Sentences", "The gateway listens at %1")},
    {R"(mint (auto-rotate-\S+))", QT_TRANSLATE_NOOP("Sentences", "Making the key %1")},
    {R"(minted)", QT_TRANSLATE_NOOP("Sentences", "The key is made")},
    {R"(found an orphan of a lost reply)", QT_TRANSLATE_NOOP("Sentences", "Found a key whose reply was lost")},
    {R"(the secret was lost before it was stored)", QT_TRANSLATE_NOOP("Sentences", "The secret was lost before it was stored")},
    {R"(stored, version (\d+))", QT_TRANSLATE_NOOP("Sentences", "Stored, version %1")},
    {R"(proven in (.+))", QT_TRANSLATE_NOOP("Sentences", "Verified in %1")},
    {R"(proven)", QT_TRANSLATE_NOOP("Sentences", "Verified")},
    {R"(published to the gateways)", QT_TRANSLATE_NOOP("Sentences", "Handed to the gateways")},
    {R"(([\d.]+ %) of the target's requests)", QT_TRANSLATE_NOOP("Sentences", "%1 of the provider's requests")},
    {R"(no request goes to the target, so there is no ramp)", QT_TRANSLATE_NOOP("Sentences", "No request goes to the provider, so there is no ramp")},
    {R"(the provider has no API to make keys: waits for one made on its dashboard under the name (\S+))", QT_TRANSLATE_NOOP("Sentences", "The provider has no API to make keys: waits for one made on its dashboard under the name %1")},
    {R"(the provider has no API to end keys: waits until (\S+) is ended on its dashboard)", QT_TRANSLATE_NOOP("Sentences", "The provider has no API to end keys: waits until %1 is ended on its dashboard")},
    {R"(no key was pasted: (.+))", QT_TRANSLATE_NOOP("Sentences", "No key was pasted: %1")},
    {R"(whether the provider made (.+) could not be told: (.+))", QT_TRANSLATE_NOOP("Sentences", "Nobody can tell whether the provider made %1: %2")},
    {R"((\S+) is promoted, but the inventory does not say so: (.+))", QT_TRANSLATE_NOOP("Sentences", "%1 is the current key, but the inventory does not say so: %2")},
    {R"(promoted)", QT_TRANSLATE_NOOP("Sentences", "It is the current key now")},
    {R"(the old key stays: the policy keeps at least (\d+) live keys)", QT_TRANSLATE_NOOP("Sentences", "The old key stays: the policy keeps at least %1 live keys")},
    {R"(the old key is no longer used)", QT_TRANSLATE_NOOP("Sentences", "The old key is no longer used")},
    {R"(revoked the orphan)", QT_TRANSLATE_NOOP("Sentences", "The lost key is revoked")},
    {R"(revoked the new key)", QT_TRANSLATE_NOOP("Sentences", "The new key is revoked")},
    {R"(revoked the old key)", QT_TRANSLATE_NOOP("Sentences", "The old key is revoked")},
    {R"((\S+), which an earlier rotation left, is not used)", QT_TRANSLATE_NOOP("Sentences", "%1, which an earlier rotation left, is not used")},
    {R"(revoked (\S+))", QT_TRANSLATE_NOOP("Sentences", "%1 is revoked")},
    {R"((\S+) could not be revoked: (.+))", QT_TRANSLATE_NOOP("Sentences", "%1 could not be revoked: %2")},
    {R"((\S+) is replaced but not revoked: (.+))", QT_TRANSLATE_NOOP("Sentences", "%1 is replaced but not revoked: %2")},
    {R"((\S+) is left from an earlier rotation and not revoked: (.+))", QT_TRANSLATE_NOOP("Sentences", "%1, which an earlier rotation left, is not revoked: %2")},
    {R"(whether (\S+) was promoted could not be told: (.+); both keys stay, the gateways serve (.+))", QT_TRANSLATE_NOOP("Sentences", "Nobody can tell whether %1 is the current key: %2. Both keys stay, the gateways serve %3")},
    {R"(the weights could not be given back: (.+); both keys stay, the gateways serve (.+))", QT_TRANSLATE_NOOP("Sentences", "The old key could not get its share back: %1. Both keys stay, the gateways serve %2")},
    {R"(([\d,]+) errors? in ([\d,]+) requests?: at most ([\d.]+ %) with 95 % confidence, limit ([\d.]+ %))", QT_TRANSLATE_NOOP("Sentences", "%1 errors in %2 requests: at most %3 with 95 % confidence, limit %4")},
    {R"(migration (\S+) has not ended \(.+\): its keys change with it alone)", QT_TRANSLATE_NOOP("Sentences", "Migration %1 has not ended: its keys change with it alone")},
    {R"(\w+, last trace (\S+): more than (.+) ago)", QT_TRANSLATE_NOOP("Sentences", "Last trace %1: more than %2 ago")},
    {R"(\w+, last trace (\S+): kept for (.+) after it)", QT_TRANSLATE_NOOP("Sentences", "Last trace %1: kept for %2 after it")},
    {R"(\w+, one of (\d+) keys left where max_keys is (\d+))", QT_TRANSLATE_NOOP("Sentences", "One of %1 keys where at most %2 may be")},
    {R"(\w+, and the last key of target (\S+))", QT_TRANSLATE_NOOP("Sentences", "The last key of %1")},
    {R"(\w+, and may still live at the provider: .+)", QT_TRANSLATE_NOOP("Sentences", "It may still live at the provider: revoke it")},
    {R"(\w+, and named by (.+))", QT_TRANSLATE_NOOP("Sentences", "Still named by %1")},
    {R"(the provider's list of (\S+): .*nobody but a person can list this provider's keys.*)", QT_TRANSLATE_NOOP("Sentences", "The provider's list of %1: only a person can see it, on the dashboard")},
    {R"(the provider's list of (\S+): (.+))", QT_TRANSLATE_NOOP("Sentences", "The provider's list of %1: %2")},
    {R"(the provider does not take this key: it answered (\d+))", QT_TRANSLATE_NOOP("Sentences", "The provider does not take this key: it answered %1")},
    {R"(this is the key (\S+), which is held already: make a new one)", QT_TRANSLATE_NOOP("Sentences", "This is the key %1, which is held already: make a new one")},
    {R"(this is the id of a key, not the key itself)", QT_TRANSLATE_NOOP("Sentences", "This is the id of a key, not the key itself")},
    {R"(a person pasted the key)", QT_TRANSLATE_NOOP("Sentences", "A person pasted the key")},
    {R"(done)", QT_TRANSLATE_NOOP("Sentences", "Done")},
    {R"(failed)", QT_TRANSLATE_NOOP("Sentences", "Failed")},
};

struct Known {
    QRegularExpression english;
    const char* said;
};

const std::vector<Known>& known()
{
    static const std::vector<Known> all = [] {
        std::vector<Known> made;
        for (const Form& form : forms)
            made.push_back({QRegularExpression(QRegularExpression::anchoredPattern(QString::fromUtf8(form.english)),
                                               QRegularExpression::DotMatchesEverythingOption),
                            form.said});
        return made;
    }();
    return all;
}

} // namespace

QString sentenceText(const std::string& english)
{
    const QString whole = QString::fromStdString(english);
    for (const Known& form : known()) {
        const auto match = form.english.match(whole);
        if (!match.hasMatch())
            continue;
        QString said = QCoreApplication::translate("Sentences", form.said);
        for (int i = match.lastCapturedIndex(); i >= 1; --i) {
            const QString part = match.captured(i);
            // A target's name is a name of ours; anything else is somebody's own word.
            const bool target = part == QLatin1StringView("legacy") || part == QLatin1StringView("holysheep");
            said.replace(QLatin1Char('%') + QString::number(i), target ? targetText(part.toStdString()) : part);
        }
        return said;
    }
    return whole;
}

} // namespace drover::gui
