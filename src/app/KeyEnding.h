// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/RoutingDesk.h"

#include <optional>
#include <string>

namespace drover::app {

// A key that is to end where it was made. Its record is out of the live states already.
struct EndingKey {
    std::string id;
    std::string target;
    std::string credential = {};  // the key to ask the provider with where ADMIN_KEY is not set; "" = none of ours
    Duration propagation{};       // how long the provider may go on accepting it
    bool endedByHand = false;     // a provider that will not end it is no error yet: a person may have, on its dashboard
    bool idIsProviders = false;   // the provider gave the id, so one that it does not list any more has ended; else it may be one of ours
    std::optional<Secret> inHand = {}; // the key itself, where the store has no copy
};

// Out of the gateways' reach first, then ended where it was made, then seen to be refused. Each step may be done again. False where
// the provider has no API for it and no person is said to have ended it: nothing more was done. Errors: refused where the provider still
// accepts the key (it knows no such id, or what was ended by hand is not), or where there is neither a copy of the key to ask with nor
// a list or an id of the provider's to go by; and those of stores and provider.
Task<Result<bool>> endAtProvider(Ports& ports, RoutingDesk& desk, EndingKey key);
// The store's entry of a key that has ended; there may be none.
Task<Result<void>> forgetSecret(Ports& ports, std::string id);
// Of a key without a copy: whether the provider's list shows it as ended. Errors: refused where it shows nothing and the id may be one of
// ours; those of the list.
Task<Result<bool>> hasEndedByList(KeyIssuer& issuing, std::string id, bool idIsProviders, Deadline deadline);

} // namespace drover::app
