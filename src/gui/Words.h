// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>

#include "gui/Theme.h"

#include "app/KeyService.h"
#include "base/Money.h"
#include "base/Result.h"
#include "base/Time.h"
#include "domain/gates/Gate.h"
#include "domain/keys/KeyRecord.h"
#include "domain/keys/RotationPlan.h"
#include "domain/migration/Phase.h"

#include <optional>
#include <string>

// How values read to a person, in the console's language. Everything a page says of a phase, a gate or an error comes
// from here, so that it is said in one way everywhere.
namespace drover::gui {

QString phaseText(Phase phase);
Tone phaseTone(Phase phase);
QString keyStateText(KeyState state);
Tone keyStateTone(KeyState state);
QString rotationStateText(RotationState state);
QString driftText(const std::string& kind); // of a KeyDrift
QString keyHealthText(app::KeyHealth health);
Tone keyHealthTone(app::KeyHealth health);
QString verdictText(Verdict verdict);
Tone verdictTone(Verdict verdict);
QString gateText(const std::string& name);          // "Error rate"
QString gateValue(const GateResult& gate, double value); // "0.42 %", "12 ms"
// One sentence: what is missing or what went wrong.
QString gateSentence(const GateResult& gate);
// One line: the evidence it rests on, with the ends of its interval.
QString gateDetail(const GateResult& gate);
QString storeText(const std::string& kind);         // "OS keychain", "Vault": SecretStore::kind()
QString targetText(const std::string& target);      // "HolySheep", "Legacy"
QString environmentText(const std::string& environment);
QString gatewayStateText(const std::string& state);
QString nextActionText(const std::string& action);  // "canary 25 %" -> "Canary at 25 %"
QString outcomeText(const std::string& outcome);    // of a GateDecision

// What went wrong, and what to do about it.
QString errorHeadline(const Error& error);
QString errorRemedy(const Error& error);

QString percentText(double fraction, int decimals = -1); // "5 %", "0.42 %"
QString countText(std::uint64_t count);                  // "12,345"
QString millisText(double ms);                           // "38 ms", "1.24 s"
QString agoText(Duration age);                           // "3 days ago", "just now"
QString spanText(Duration span);                         // "3 d 4 h", "15 min", "0.5 s"
QString clockText(WallTime at);                          // local "14:03:21"
QString dateText(WallTime at);                           // local "22 Nov"
QString dateTimeText(WallTime at);                       // local "22 Nov 14:03"
QString moneyText(const Money& money);
// "12 % less than on Legacy", "3 % more than on Legacy", "as much as on Legacy".
QString savingText(const Money& onLegacy, const Money& onTarget);

} // namespace drover::gui
