// SPDX-License-Identifier: Apache-2.0
#include "gui/Words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

QString say(const char* text) { return QCoreApplication::translate("Words", text); }
QString say(const char* text, int n) { return QCoreApplication::translate("Words", text, nullptr, n); }

QDateTime localTime(WallTime at)
{
    return QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
}

// "1.5 %": a thin, unbreakable space between number and sign.
constexpr char16_t narrowSpace = u'\u202f';

} // namespace

QString phaseText(Phase phase)
{
    switch (phase) {
    case Phase::idle: return say(QT_TRANSLATE_NOOP("Words", "Not started"));
    case Phase::shadow: return say(QT_TRANSLATE_NOOP("Words", "Shadow"));
    case Phase::canary: return say(QT_TRANSLATE_NOOP("Words", "Canary"));
    case Phase::cutover: return say(QT_TRANSLATE_NOOP("Words", "Cutover"));
    case Phase::overlap: return say(QT_TRANSLATE_NOOP("Words", "Overlap"));
    case Phase::done: return say(QT_TRANSLATE_NOOP("Words", "Done"));
    case Phase::paused: return say(QT_TRANSLATE_NOOP("Words", "Paused"));
    case Phase::rolledBack: return say(QT_TRANSLATE_NOOP("Words", "Rolled back"));
    }
    return {};
}

Tone phaseTone(Phase phase)
{
    switch (phase) {
    case Phase::idle: return Tone::neutral;
    case Phase::done: return Tone::good;
    case Phase::paused: return Tone::warn;
    case Phase::rolledBack: return Tone::bad;
    default: return Tone::accent;
    }
}

QString keyStateText(KeyState state)
{
    switch (state) {
    case KeyState::added: return say(QT_TRANSLATE_NOOP("Words", "Not verified"));
    case KeyState::proven: return say(QT_TRANSLATE_NOOP("Words", "Verified"));
    case KeyState::ramping: return say(QT_TRANSLATE_NOOP("Words", "Ramping"));
    case KeyState::current: return say(QT_TRANSLATE_NOOP("Words", "Current"));
    case KeyState::overlap: return say(QT_TRANSLATE_NOOP("Words", "Overlap"));
    case KeyState::retired: return say(QT_TRANSLATE_NOOP("Words", "Retired"));
    case KeyState::revoked: return say(QT_TRANSLATE_NOOP("Words", "Revoked"));
    case KeyState::failed: return say(QT_TRANSLATE_NOOP("Words", "Failed"));
    }
    return {};
}

Tone keyStateTone(KeyState state)
{
    switch (state) {
    case KeyState::current: return Tone::good;
    case KeyState::proven:
    case KeyState::ramping: return Tone::accent;
    case KeyState::added: return Tone::warn;
    case KeyState::failed: return Tone::bad;
    default: return Tone::neutral;
    }
}

QString rotationStateText(RotationState state)
{
    switch (state) {
    case RotationState::idle: return say(QT_TRANSLATE_NOOP("Words", "Not begun"));
    case RotationState::mint: return say(QT_TRANSLATE_NOOP("Words", "Making the key"));
    case RotationState::store: return say(QT_TRANSLATE_NOOP("Words", "Storing it"));
    case RotationState::prove: return say(QT_TRANSLATE_NOOP("Words", "Verifying it"));
    case RotationState::publish: return say(QT_TRANSLATE_NOOP("Words", "Handing it over"));
    case RotationState::ramp: return say(QT_TRANSLATE_NOOP("Words", "Ramp"));
    case RotationState::promote: return say(QT_TRANSLATE_NOOP("Words", "Promoting it"));
    case RotationState::overlap: return say(QT_TRANSLATE_NOOP("Words", "Overlap"));
    case RotationState::revoke: return say(QT_TRANSLATE_NOOP("Words", "Revoking"));
    case RotationState::undo: return say(QT_TRANSLATE_NOOP("Words", "Going back"));
    case RotationState::sweep: return say(QT_TRANSLATE_NOOP("Words", "Looking for lost keys"));
    case RotationState::done: return say(QT_TRANSLATE_NOOP("Words", "Done"));
    case RotationState::failed: return say(QT_TRANSLATE_NOOP("Words", "Failed"));
    }
    return {};
}

QString driftText(const std::string& kind)
{
    constexpr std::pair<std::string_view, const char*> kinds[] = {
        {"other_store", QT_TRANSLATE_NOOP("Words", "In another store")},
        {"missing_in_store", QT_TRANSLATE_NOOP("Words", "Missing in the store")},
        {"left_in_store", QT_TRANSLATE_NOOP("Words", "Ended, but in the store still")},
        {"other_secret", QT_TRANSLATE_NOOP("Words", "The store has another secret")},
        {"unknown_in_store", QT_TRANSLATE_NOOP("Words", "In the store, not in the inventory")},
        {"production_is_gone", QT_TRANSLATE_NOOP("Words", "Named as current, and not in use")},
        {"unknown_sealed", QT_TRANSLATE_NOOP("Words", "At the gateways, not in the inventory")},
        {"sealed_but_ended", QT_TRANSLATE_NOOP("Words", "Ended, but at the gateways still")},
        {"not_sealed", QT_TRANSLATE_NOOP("Words", "In use, but not at the gateways")},
        {"weight_without_key", QT_TRANSLATE_NOOP("Words", "Has a weight and is not in use")},
        {"deleted_at_provider", QT_TRANSLATE_NOOP("Words", "Deleted at the provider")},
        {"expired_at_provider", QT_TRANSLATE_NOOP("Words", "Expired at the provider")},
        {"inactive_at_provider", QT_TRANSLATE_NOOP("Words", "Ended at the provider")},
        {"alive_at_provider", QT_TRANSLATE_NOOP("Words", "Revoked, but alive at the provider")},
        {"unknown_at_provider", QT_TRANSLATE_NOOP("Words", "At the provider, not in the inventory")},
    };
    for (const auto& [name, text] : kinds)
        if (name == kind)
            return say(text);
    return QString::fromStdString(kind);
}

QString keyHealthText(app::KeyHealth health)
{
    switch (health) {
    case app::KeyHealth::unproven: return say(QT_TRANSLATE_NOOP("Words", "Unknown"));
    case app::KeyHealth::healthy: return say(QT_TRANSLATE_NOOP("Words", "Healthy"));
    case app::KeyHealth::failing: return say(QT_TRANSLATE_NOOP("Words", "Failing"));
    case app::KeyHealth::expiring: return say(QT_TRANSLATE_NOOP("Words", "Expires soon"));
    case app::KeyHealth::expired: return say(QT_TRANSLATE_NOOP("Words", "Expired"));
    case app::KeyHealth::ended: return say(QT_TRANSLATE_NOOP("Words", "Ended"));
    }
    return {};
}

Tone keyHealthTone(app::KeyHealth health)
{
    switch (health) {
    case app::KeyHealth::healthy: return Tone::good;
    case app::KeyHealth::failing:
    case app::KeyHealth::expired: return Tone::bad;
    case app::KeyHealth::expiring: return Tone::warn;
    default: return Tone::neutral;
    }
}

QString verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::pass: return say(QT_TRANSLATE_NOOP("Words", "Pass"));
    case Verdict::fail: return say(QT_TRANSLATE_NOOP("Words", "Fail"));
    case Verdict::inconclusive: return say(QT_TRANSLATE_NOOP("Words", "Needs evidence"));
    }
    return {};
}

Tone verdictTone(Verdict verdict)
{
    switch (verdict) {
    case Verdict::pass: return Tone::good;
    case Verdict::fail: return Tone::bad;
    case Verdict::inconclusive: break;
    }
    return Tone::neutral;
}

QString gateText(const std::string& name)
{
    if (name == "error_rate")
        return say(QT_TRANSLATE_NOOP("Words", "Error rate"));
    if (name == "added_latency")
        return say(QT_TRANSLATE_NOOP("Words", "Added latency"));
    if (name == "divergence")
        return say(QT_TRANSLATE_NOOP("Words", "Divergence"));
    return QString::fromStdString(name);
}

QString gateValue(const GateResult& gate, double value)
{
    return gate.name == "added_latency" ? millisText(value) : percentText(value, 2);
}

QString gateSentence(const GateResult& gate)
{
    const QString limit = gateValue(gate, gate.limit);
    switch (gate.verdict) {
    case Verdict::pass:
        return say(QT_TRANSLATE_NOOP("Words", "Shown to be below %1.")).arg(limit);
    case Verdict::fail:
        return say(QT_TRANSLATE_NOOP("Words", "Shown to be above %1. The share is held; advance by hand or roll back.")).arg(limit);
    case Verdict::inconclusive: break;
    }
    if (gate.n == 0 && gate.needed == 0)
        return say(QT_TRANSLATE_NOOP("Words", "No requests yet."));
    if (gate.needed == 0)
        return say(QT_TRANSLATE_NOOP("Words", "Not decided yet."));
    if (gate.name == "divergence")
        return say(QT_TRANSLATE_N_NOOP("Words", "%n more matching prompt(s) needed to show it is below %1."), int(gate.needed)).arg(limit);
    if (gate.name == "added_latency")
        return say(QT_TRANSLATE_N_NOOP("Words", "%n more request(s) a side needed to show it is below %1."), int(gate.needed)).arg(limit);
    return say(QT_TRANSLATE_N_NOOP("Words", "%n more clean request(s) needed to show it is below %1."), int(gate.needed)).arg(limit);
}

QString gateDetail(const GateResult& gate)
{
    if (gate.n == 0)
        return say(QT_TRANSLATE_NOOP("Words", "%1: no evidence yet; limit %2")).arg(gateText(gate.name), gateValue(gate, gate.limit));
    const auto end = [&gate](double value) { return std::isfinite(value) ? gateValue(gate, value) : QStringLiteral("–"); };
    return say(QT_TRANSLATE_NOOP("Words", "%1: %2 on %3 requests or prompts, between %4 and %5 with 95 % confidence; limit %6"))
        .arg(gateText(gate.name), gateValue(gate, gate.estimate), countText(gate.n), end(gate.low), end(gate.high), gateValue(gate, gate.limit));
}

QString storeText(const std::string& kind)
{
    if (kind == "keychain")
        return say(QT_TRANSLATE_NOOP("Words", "OS keychain"));
    static const std::map<std::string, QString> names{{"vault", u"Vault"_s},
                                                      {"aws", u"AWS Secrets Manager"_s},
                                                      {"gcp", u"GCP Secret Manager"_s},
                                                      {"azure", u"Azure Key Vault"_s}};
    const auto found = names.find(kind);
    return found != names.end() ? found->second : QString::fromStdString(kind);
}

QString targetText(const std::string& target)
{
    if (target == "holysheep")
        return u"HolySheep"_s;
    if (target == "legacy")
        return say(QT_TRANSLATE_NOOP("Words", "Legacy"));
    return QString::fromStdString(target);
}

QString environmentText(const std::string& environment)
{
    if (environment == "prod")
        return say(QT_TRANSLATE_NOOP("Words", "Production"));
    if (environment == "stage")
        return say(QT_TRANSLATE_NOOP("Words", "Staging"));
    return say(QT_TRANSLATE_NOOP("Words", "Development"));
}

QString gatewayStateText(const std::string& state)
{
    if (state == "serving")
        return say(QT_TRANSLATE_NOOP("Words", "Serving"));
    if (state == "behind")
        return say(QT_TRANSLATE_NOOP("Words", "Behind"));
    if (state == "lease expired")
        return say(QT_TRANSLATE_NOOP("Words", "Lease expired"));
    if (state == "gone")
        return say(QT_TRANSLATE_NOOP("Words", "Gone"));
    if (state.rfind("cannot open ", 0) == 0)
        return say(QT_TRANSLATE_NOOP("Words", "Cannot open %1")).arg(QString::fromStdString(state.substr(12)));
    return QString::fromStdString(state);
}

QString nextActionText(const std::string& action)
{
    if (action.rfind("canary ", 0) == 0)
        return say(QT_TRANSLATE_NOOP("Words", "Canary at %1")).arg(QString::fromStdString(action.substr(7)));
    if (action == "shadow")
        return phaseText(Phase::shadow);
    if (action == "cutover")
        return say(QT_TRANSLATE_NOOP("Words", "Cutover to 100 %"));
    if (action == "overlap")
        return say(QT_TRANSLATE_NOOP("Words", "Overlap of old and new keys"));
    if (action == "done")
        return phaseText(Phase::done);
    if (action == "resume")
        return say(QT_TRANSLATE_NOOP("Words", "Resume"));
    return QString::fromStdString(action);
}

QString outcomeText(const std::string& outcome)
{
    if (outcome == "advance")
        return say(QT_TRANSLATE_NOOP("Words", "Advanced"));
    if (outcome == "hold")
        return say(QT_TRANSLATE_NOOP("Words", "Held: a gate failed"));
    if (outcome == "wait")
        return say(QT_TRANSLATE_NOOP("Words", "Waiting for evidence"));
    if (outcome == "rollback")
        return say(QT_TRANSLATE_NOOP("Words", "Rolled back at once"));
    if (outcome.rfind("skipped by ", 0) == 0)
        return say(QT_TRANSLATE_NOOP("Words", "Skipped by %1")).arg(QString::fromStdString(outcome.substr(11)));
    return QString::fromStdString(outcome);
}

QString errorHeadline(const Error& error)
{
    switch (error.code) {
    case Errc::network: return say(QT_TRANSLATE_NOOP("Words", "No connection"));
    case Errc::timeout: return say(QT_TRANSLATE_NOOP("Words", "No answer in time"));
    case Errc::cancelled: return say(QT_TRANSLATE_NOOP("Words", "Cancelled"));
    case Errc::unauthorized: return say(QT_TRANSLATE_NOOP("Words", "The credentials were refused"));
    case Errc::forbidden: return say(QT_TRANSLATE_NOOP("Words", "The credentials lack the right for this"));
    case Errc::notFound: return say(QT_TRANSLATE_NOOP("Words", "Not found"));
    case Errc::rateLimited: return say(QT_TRANSLATE_NOOP("Words", "Too many requests"));
    case Errc::quota: return say(QT_TRANSLATE_NOOP("Words", "The quota is used up"));
    case Errc::conflict: return say(QT_TRANSLATE_NOOP("Words", "It exists already, or somebody else was faster"));
    case Errc::invalidInput: return say(QT_TRANSLATE_NOOP("Words", "Something in the input is not right"));
    case Errc::sealed: return say(QT_TRANSLATE_NOOP("Words", "Vault is sealed"));
    case Errc::locked: return say(QT_TRANSLATE_NOOP("Words", "The keyring is locked"));
    case Errc::unavailable: return say(QT_TRANSLATE_NOOP("Words", "A service is not there"));
    case Errc::busy: return say(QT_TRANSLATE_NOOP("Words", "It is in use"));
    case Errc::newerSchema: return say(QT_TRANSLATE_NOOP("Words", "The workspace was written by a newer Drover"));
    case Errc::noRights: return say(QT_TRANSLATE_NOOP("Words", "The rights to a file or folder are missing"));
    case Errc::refused: return say(QT_TRANSLATE_NOOP("Words", "Refused"));
    case Errc::protocol: return say(QT_TRANSLATE_NOOP("Words", "The other side answered something unexpected"));
    case Errc::io: return say(QT_TRANSLATE_NOOP("Words", "The disk did not do what was asked"));
    case Errc::internal: return say(QT_TRANSLATE_NOOP("Words", "A defect in Drover"));
    }
    return {};
}

QString errorRemedy(const Error& error)
{
    switch (error.code) {
    case Errc::network: return say(QT_TRANSLATE_NOOP("Words", "Check the address in Settings and that this machine can reach it, then try again."));
    case Errc::timeout: return say(QT_TRANSLATE_NOOP("Words", "The service may be busy or hanging. Try again; nothing was changed."));
    case Errc::unauthorized: return say(QT_TRANSLATE_NOOP("Words", "Check that the key or token is the right one for this place and has not been revoked."));
    case Errc::forbidden: return say(QT_TRANSLATE_NOOP("Words", "Ask whoever owns the account to grant it."));
    case Errc::rateLimited: return say(QT_TRANSLATE_NOOP("Words", "Wait a moment and try again."));
    case Errc::quota: return say(QT_TRANSLATE_NOOP("Words", "Top up the account, then try again."));
    case Errc::conflict: return say(QT_TRANSLATE_NOOP("Words", "Refresh to see what stands there now."));
    case Errc::invalidInput: return say(QT_TRANSLATE_NOOP("Words", "Mend the named place and try again."));
    case Errc::sealed: return say(QT_TRANSLATE_NOOP("Words", "Unseal Vault, then try again."));
    case Errc::locked: return say(QT_TRANSLATE_NOOP("Words", "Unlock the keyring, then try again."));
    case Errc::unavailable: return say(QT_TRANSLATE_NOOP("Words", "Start the service, or choose another one in Settings."));
    case Errc::busy: return say(QT_TRANSLATE_NOOP("Words", "Close the program that holds it, or choose another port in Settings."));
    case Errc::newerSchema: return say(QT_TRANSLATE_NOOP("Words", "Update Drover to open it. Nothing was changed."));
    case Errc::noRights: return say(QT_TRANSLATE_NOOP("Words", "Let this user read and write the named place, then try again. Nothing was changed there."));
    case Errc::io: return say(QT_TRANSLATE_NOOP("Words", "Check the folder's rights and the free space."));
    case Errc::protocol: return say(QT_TRANSLATE_NOOP("Words", "Check that the address in Settings is the right kind of service."));
    case Errc::internal: return say(QT_TRANSLATE_NOOP("Words", "Please report it with the details below."));
    default: return {};
    }
}

QString percentText(double fraction, int decimals)
{
    const double percent = fraction * 100;
    if (decimals < 0)
        decimals = std::abs(percent - std::round(percent)) < 0.005 ? 0 : std::abs(percent * 10 - std::round(percent * 10)) < 0.05 ? 1 : std::abs(percent) < 10 ? 2 : 1;
    return QLocale().toString(percent, 'f', decimals) + QChar(narrowSpace) + u'%';
}

QString countText(std::uint64_t count) { return QLocale().toString(qulonglong(count)); }

QString millisText(double ms)
{
    if (std::abs(ms) >= 1000)
        return QLocale().toString(ms / 1000, 'f', 2) + QChar(narrowSpace) + u's';
    return QLocale().toString(ms, 'f', std::abs(ms) < 10 ? 1 : 0) + QChar(narrowSpace) + u"ms"_s;
}

QString agoText(Duration age)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    if (seconds < 5)
        return say(QT_TRANSLATE_NOOP("Words", "just now"));
    if (seconds < 60)
        return say(QT_TRANSLATE_N_NOOP("Words", "%n second(s) ago"), int(seconds));
    if (seconds < 3600)
        return say(QT_TRANSLATE_N_NOOP("Words", "%n minute(s) ago"), int(seconds / 60));
    if (seconds < 48 * 3600)
        return say(QT_TRANSLATE_N_NOOP("Words", "%n hour(s) ago"), int(seconds / 3600));
    return say(QT_TRANSLATE_N_NOOP("Words", "%n day(s) ago"), int(seconds / 86400));
}

QString spanText(Duration span)
{
    const double s = seconds(span);
    const QLocale locale;
    if (s < 10)
        return say(QT_TRANSLATE_NOOP("Words", "%1 s")).arg(locale.toString(s, 'f', s == std::floor(s) ? 0 : 1));
    if (s < 120)
        return say(QT_TRANSLATE_NOOP("Words", "%1 s")).arg(locale.toString(qlonglong(s)));
    if (s < 2 * 3600)
        return say(QT_TRANSLATE_NOOP("Words", "%1 min")).arg(locale.toString(qlonglong(s / 60)));
    if (s < 48 * 3600)
        return say(QT_TRANSLATE_NOOP("Words", "%1 h")).arg(locale.toString(qlonglong(s / 3600)));
    const auto days = qlonglong(s / 86400);
    const auto hours = qlonglong((s - double(days) * 86400) / 3600);
    if (hours == 0 || days >= 3)
        return say(QT_TRANSLATE_NOOP("Words", "%1 d")).arg(locale.toString(days));
    return say(QT_TRANSLATE_NOOP("Words", "%1 d %2 h")).arg(locale.toString(days), locale.toString(hours));
}

QString clockText(WallTime at) { return localTime(at).toString(u"HH:mm:ss"_s); }
QString dateText(WallTime at) { return QLocale().toString(localTime(at).date(), say(QT_TRANSLATE_NOOP("Words", "d MMM"))); }
QString dateTimeText(WallTime at)
{
    return QLocale().toString(localTime(at), say(QT_TRANSLATE_NOOP("Words", "d MMM, HH:mm")));
}
QString moneyText(const Money& money) { return QString::fromStdString(money.display()); }

QString savingText(const Money& onLegacy, const Money& onTarget)
{
    const double before = onLegacy.approximate();
    const double fraction = before == 0 ? 0 : (before - onTarget.approximate()) / before;
    if (std::abs(fraction) < 0.0005)
        return say(QT_TRANSLATE_NOOP("Words", "as much as on Legacy"));
    const QString percent = percentText(std::abs(fraction), 1);
    return fraction > 0 ? say(QT_TRANSLATE_NOOP("Words", "%1 less than on Legacy")).arg(percent)
                        : say(QT_TRANSLATE_NOOP("Words", "%1 more than on Legacy")).arg(percent);
}

} // namespace drover::gui
