// SPDX-License-Identifier: Apache-2.0
#pragma once
namespace drover {

// The owner of a subscription: destroying it ends the calls.
class Subscription {
public:
    virtual ~Subscription() = default;
};

} // namespace drover
